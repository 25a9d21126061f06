import { ByteView } from "../byte-view";
import { CorruptNtfsError } from "../errors";

/** Tags of reparse points that the kit knows. Source: [MS-FSCC] 2.1.2.1 "Reparse Tags". */
export const ReparseTag = {
  mountPoint: 0xa000_0003,
  symbolicLink: 0xa000_000c,
  wof: 0x8000_0017,
} as const;

/** What a reparse point says. */
export interface ReparsePoint {
  readonly tag: number;
  readonly kind: "mount-point" | "symbolic-link" | "wof" | "other";
  /** Where a mount point or symbolic link leads, as stored, such as `\??\C:\Users`; null for others. */
  readonly target: string | null;
  /** True when the target starts at the folder of the link. */
  readonly relative: boolean;
  /** How a file of the overlay filter is compressed, such as "XPRESS4K"; null for others, and when only its tag is known. */
  readonly compression: string | null;
}

/** Algorithms of the overlay filter. Source: FILE_PROVIDER_EXTERNAL_INFO_V1 (Microsoft Learn, Windows driver kit). */
const compressions: Readonly<Record<number, string>> = { 0: "XPRESS4K", 1: "LZX", 2: "XPRESS8K", 3: "XPRESS16K" };

/** Provider of files that are compressed in place; others lie in an image (WIM) elsewhere. Source: WOF_EXTERNAL_INFO. */
const compressedFile = 2;

/**
 * Reads the value of a $REPARSE_POINT.
 *
 * Source: [MS-FSCC] 2.1.2.4 "Symbolic Link Reparse Data Buffer" and 2.1.2.5 "Mount Point Reparse Data Buffer".
 *
 * @throws CorruptNtfsError
 */
export function readReparsePoint(value: Uint8Array, what: string): ReparsePoint {
  const view = new ByteView(value, `The reparse point of ${what}`, CorruptNtfsError);
  const tag = view.u32(0);
  switch (tag) {
    case ReparseTag.mountPoint:
      return { tag, kind: "mount-point", target: targetOf(view, 16), relative: false, compression: null };
    case ReparseTag.symbolicLink:
      return {
        tag,
        kind: "symbolic-link",
        target: targetOf(view, 20),
        relative: (view.u32(16) & 1) !== 0,
        compression: null,
      };
    case ReparseTag.wof:
      return { tag, kind: "wof", target: null, relative: false, compression: compressionOf(view) };
    default:
      return { tag, kind: "other", target: null, relative: false, compression: null };
  }
}

function compressionOf(view: ByteView): string {
  if (view.u32(12) !== compressedFile) return "in an image (WIM)";
  const algorithm = view.u32(20);
  return compressions[algorithm] ?? `algorithm ${algorithm}`;
}

function targetOf(view: ByteView, names: number): string {
  return view.utf16(names + view.u16(8), view.u16(10));
}
