import { ByteView } from "../byte-view";
import { CorruptNtfsError } from "../errors";

/** Where one attribute, or one piece of it, of a file with several file records is. */
export interface ListEntry {
  readonly type: number;
  readonly name: string;
  /** First virtual cluster of the piece. */
  readonly firstVcn: number;
  readonly record: number;
  readonly sequence: number;
  /** Identifier of the attribute within that record. */
  readonly id: number;
}

/** An attribute list is limited to 256 KiB by NTFS itself. */
export const longestAttributeList = 256 * 1024;

/**
 * Reads the value of an $ATTRIBUTE_LIST.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), attribute $ATTRIBUTE_LIST.
 *
 * @throws CorruptNtfsError
 */
export function readAttributeList(value: Uint8Array, what: string): ListEntry[] {
  const view = new ByteView(value, `The attribute list of ${what}`, CorruptNtfsError);
  const entries: ListEntry[] = [];
  for (let at = 0; at + 26 <= view.size;) {
    const length = view.u16(at + 4);
    if (length < 26 || at + length > view.size) view.fail(`holds an entry of ${length} bytes at ${at}`);
    const reference = view.big(at + 16);
    entries.push({
      type: view.u32(at),
      name: view.utf16(at + view.u8(at + 7), view.u8(at + 6) * 2),
      firstVcn: view.u64(at + 8),
      record: Number(reference & 0xffff_ffff_ffffn),
      sequence: Number(reference >> 48n),
      id: view.u16(at + 24),
    });
    at += length;
  }
  return entries;
}
