import type { ByteView } from "../byte-view";

/** A $FILE_NAME: one name of a file in one folder, and a copy of its sizes and times. */
export interface FileName {
  /** File record of the folder. */
  readonly parent: number;
  readonly name: string;
  /** True for a name that is only the short 8.3 form of another. */
  readonly isDosName: boolean;
  readonly created: bigint;
  readonly modified: bigint;
  /** Bytes of the main stream when the name was last updated: stale while a file is open. */
  readonly size: number;
  readonly isDirectory: boolean;
  /** Tag when the file is a reparse point, else 0. */
  readonly reparseTag: number;
}

const nameOffset = 66;

const directoryFlag = 0x1000_0000;
const reparseFlag = 0x400;

/**
 * Reads the value of a $FILE_NAME attribute, which is also the key of an entry in a folder's index.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), attribute $FILE_NAME.
 */
export function readFileName(view: ByteView): FileName {
  const flags = view.u32(56);
  const length = view.u8(64) * 2;
  if (length === 0 || length !== view.size - nameOffset) {
    view.fail(`holds a name of ${length} bytes, and ${view.size - nameOffset} are there for it`);
  }
  return {
    parent: Number(view.big(0) & 0xffff_ffff_ffffn),
    created: view.big(8),
    modified: view.big(16),
    size: view.u64(48),
    isDirectory: (flags & directoryFlag) !== 0,
    reparseTag: (flags & reparseFlag) !== 0 ? view.u32(60) : 0,
    name: view.utf16(nameOffset, length),
    isDosName: view.u8(65) === 2,
  };
}
