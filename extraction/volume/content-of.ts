import { ExtentSource, SliceSource, type ByteSource, type Extent } from "../../disk";
import type { NamedStream } from "./find-file";

/** The bytes of a file, and where they lie. */
export interface Content {
  /** Read past every cache where the bytes lie on the disk as they are. */
  readonly bytes: ByteSource;
  /** Offsets in the source; null when the bytes do not lie there as they are. */
  readonly extents: readonly Extent[] | null;
}

/** What beside the name decides on the bytes of a file. */
export interface ContentOptions {
  /** True for files that the crash driver wrote below the file system. */
  readonly writtenBelow?: boolean;
  /** Bytes from the start that are wanted; all when not given. */
  readonly size?: (whole: ByteSource) => Promise<number>;
}

/**
 * Opens the bytes of a file.
 *
 * @param raw the source without a cache
 * @param base byte offset of the volume in the source
 * @throws DiskError
 */
export async function contentOf(
  { file, stream }: NamedStream,
  raw: ByteSource,
  base: number,
  options: ContentOptions = {},
): Promise<Content> {
  const how = { uninitialized: options.writtenBelow ? "clusters" : "zeros" } as const;
  const whole = await file.open(stream, how);
  const size = options.size ? await options.size(whole) : whole.size;
  const extents = await file.extents(stream, how);
  if (!extents) return { bytes: new SliceSource(whole, 0, size), extents: null };
  const wanted = extents.filter((extent) => extent.offset < size).map((extent) => placed(extent, size, base));
  return { bytes: new ExtentSource(raw, wanted, 0), extents: wanted };
}

function placed({ offset, length, at }: Extent, size: number, base: number): Extent {
  return { offset, length: Math.min(length, size - offset), at: at === null ? null : at + base };
}
