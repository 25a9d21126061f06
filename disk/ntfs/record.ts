import { ByteView } from "../byte-view";
import { CorruptNtfsError } from "../errors";
import { readAttribute, type Attribute } from "./attribute";
import { applyFixups } from "./fixups";

/** A file record of $MFT, fix-ups applied and attributes split. */
export interface FileRecord {
  readonly number: number;
  /** Grows each time the record is used anew; a reference that carries another is stale. */
  readonly sequence: number;
  readonly inUse: boolean;
  readonly isDirectory: boolean;
  /** Number of the base record, when this one only extends it; else null. */
  readonly base: number | null;
  readonly attributes: readonly Attribute[];
}

/**
 * Reads a file record.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), concept "File Record".
 *
 * @throws CorruptNtfsError
 */
export function readRecord(raw: Uint8Array, number: number): FileRecord {
  const what = `File record ${number}`;
  const signature = Buffer.from(raw.subarray(0, 4)).toString("latin1");
  if (signature !== "FILE") {
    throw new CorruptNtfsError(`${what} begins with ${JSON.stringify(signature)} instead of "FILE".`);
  }
  const view = new ByteView(applyFixups(raw, what), what, CorruptNtfsError);
  const flags = view.u16(22);
  const base = view.big(32);
  return {
    number,
    sequence: view.u16(16),
    inUse: (flags & 1) !== 0,
    isDirectory: (flags & 2) !== 0,
    // Record 0 has extensions too; its reference differs from none by the sequence number.
    base: base === 0n ? null : Number(base & 0xffff_ffff_ffffn),
    attributes: [...readAttributes(view)],
  };
}

function* readAttributes(view: ByteView): Generator<Attribute> {
  const used = view.u32(24);
  if (used > view.size) view.fail(`says that ${used} of its ${view.size} bytes are in use`);
  let at = view.u16(20);
  if (at % 8 !== 0 || at < 42) view.fail(`has its first attribute at ${at}`);
  while (at + 4 <= used && view.u32(at) !== 0xffff_ffff) {
    const length = view.u32(at + 4);
    if (length < 24 || length % 8 !== 0 || at + length > used) {
      view.fail(`holds an attribute of ${length} bytes at ${at}, and ends at ${used}`);
    }
    yield readAttribute(view.part(at, length, `${view.what}, attribute at ${at}`));
    at += length;
  }
}
