import { ByteView } from "../byte-view";
import { CorruptNtfsError } from "../errors";
import { readFileName, type FileName } from "./file-name";
import { applyFixups } from "./fixups";

/** An entry of a folder's index: a name, or only the way to the names after the last. */
export interface IndexEntry {
  /** Null in the last entry of a node. */
  readonly key: FileName | null;
  /** File record number that the name stands for. */
  readonly record: number;
  /** Sequence number that this record should have. */
  readonly sequence: number;
  /** Block with the names before this one; null in a leaf. */
  readonly child: number | null;
}

const nodeHeaderSize = 16;
const blockHeaderSize = 24;

/** Bytes that may be free before the first entry: Windows leaves 24, ntfs-3g none. */
const mostRoom = 64;

const hasChild = 1;
const isLast = 2;

/**
 * Reads the entries of a node, from its index header to the entry marked as the last.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), concept "Index Header" and attribute $INDEX_ROOT.
 *
 * @param header the node from its index header on
 * @param least byte offset from there behind what stands before the first entry
 * @throws CorruptNtfsError
 */
export function readNode(header: ByteView, least = nodeHeaderSize): IndexEntry[] {
  const end = header.u32(4);
  const start = header.u32(0);
  // Behind the right place the first names would be lost.
  if (start < least || start > least + mostRoom)
    header.fail(`says that its entries begin at ${start}, not at ${least}`);
  if (end > header.size) header.fail(`says that its entries end at ${end} of ${header.size}`);
  const isBranch = (header.u8(12) & hasChild) !== 0;
  const entries: IndexEntry[] = [];
  for (let at = start; ;) {
    const length = header.u16(at + 8);
    if (length < 16 || at + length > end) header.fail(`holds an entry of ${length} bytes at ${at}, and ends at ${end}`);
    const entry = header.part(at, length);
    const flags = entry.u32(12);
    // The way down is flagged twice, in the node and in its entries; without it all names below would be hidden.
    if (isBranch !== ((flags & hasChild) !== 0))
      header.fail("contradicts one of its entries on whether nodes are below it");
    entries.push(readEntry(entry, flags));
    at += length;
    if ((flags & isLast) === 0) continue;
    // A wrong flag would hide every name behind it.
    if (at !== end) header.fail(`marks an entry as the last that ends at ${at}, and its entries end at ${end}`);
    return entries;
  }
}

/**
 * Reads a block of $INDEX_ALLOCATION.
 *
 * @param block the block's own number, to find one that lies in another's place
 * @throws CorruptNtfsError
 */
export function readIndexBlock(raw: Uint8Array, block: number, what: string): IndexEntry[] {
  const name = `Block ${block} of ${what}`;
  const signature = Buffer.from(raw.subarray(0, 4)).toString("latin1");
  if (signature !== "INDX")
    throw new CorruptNtfsError(`${name} begins with ${JSON.stringify(signature)} instead of "INDX".`);
  const view = new ByteView(applyFixups(raw, name), name, CorruptNtfsError);
  if (view.u64(16) !== block) view.fail(`says that it is block ${view.u64(16)}`);
  const fixupsEnd = view.u16(4) + view.u16(6) * 2;
  return readNode(view.part(blockHeaderSize, view.size - blockHeaderSize), align(fixupsEnd) - blockHeaderSize);
}

/** Entries begin at whole 8 bytes. */
function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function readEntry(entry: ByteView, flags: number): IndexEntry {
  const reference = entry.big(0);
  const keyLength = entry.u16(10);
  return {
    key: (flags & isLast) === 0 ? readFileName(entry.part(16, keyLength)) : null,
    record: Number(reference & 0xffff_ffff_ffffn),
    sequence: Number(reference >> 48n),
    child: (flags & hasChild) !== 0 ? entry.u64(entry.size - 8) : null,
  };
}
