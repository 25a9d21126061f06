import { ByteView } from "../byte-view";
import { CorruptNtfsError } from "../errors";

/** Bytes that one entry of the update sequence array protects, whatever the sector size of the disk is. */
const stride = 512;

/**
 * Puts back the last two bytes of every 512 of a record, which NTFS replaces by a number when it writes.
 *
 * Source: "NTFS Documentation" (Richard Russon, Linux-NTFS), concept "Fixup".
 *
 * @param raw the record as on disk; not changed
 * @param what its name in error messages
 * @throws CorruptNtfsError when a number differs: the record was written in part only, or damaged
 */
export function applyFixups(raw: Uint8Array, what: string): Uint8Array {
  const bytes = new Uint8Array(raw);
  const view = new ByteView(bytes, what, CorruptNtfsError);
  const arrayOffset = view.u16(4);
  const count = view.u16(6);
  if (count !== bytes.length / stride + 1) {
    view.fail(`has an update sequence of ${count} numbers; ${bytes.length / stride + 1} fit its length`);
  }
  const expected = view.u16(arrayOffset);
  view.slice(arrayOffset, count * 2);
  for (let index = 1; index < count; index++) {
    const end = index * stride - 2;
    if (view.u16(end) !== expected) {
      view.fail(`was written in part only: bytes ${end} and ${end + 1} do not carry its update sequence number`);
    }
    bytes[end] = view.u8(arrayOffset + index * 2);
    bytes[end + 1] = view.u8(arrayOffset + index * 2 + 1);
  }
  return bytes;
}
