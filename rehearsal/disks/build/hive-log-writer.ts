import { marvin32 } from "../../../disk/registry/marvin32";

/** Writes over a hive that one log entry holds: byte offset from the first hive bin, and bytes. */
export type LoggedPage = readonly [offset: number, bytes: Buffer];

const page = 512;

/** The pages in which two hives of the same length differ. */
export function changedPages(before: Buffer, after: Buffer): LoggedPage[] {
  const pages: LoggedPage[] = [];
  for (let at = 4096; at < after.length; at += page) {
    const bytes = after.subarray(at, at + page);
    if (at >= before.length || !bytes.equals(before.subarray(at, at + page))) pages.push([at - 4096, bytes]);
  }
  return pages;
}

/** A transaction log of the form that Windows writes since 8.1. Source: regf specification, "Transaction log files". */
export function newLog(hive: Buffer, firstSequence: number, entries: readonly (readonly LoggedPage[])[]): Buffer {
  const base = logBase(hive, 6, firstSequence);
  return Buffer.concat([base, ...entries.map((pages, index) => entry(hive, firstSequence + index, pages))]);
}

/** A transaction log of the form of Windows 8 and older: one bit a sector, then the sectors. */
export function oldLog(hive: Buffer, sequence: number, pages: readonly LoggedPage[]): Buffer {
  const bitmap = Buffer.alloc(Math.ceil(hive.length / page / 8));
  for (const [offset] of pages) {
    const bit = offset / page;
    bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (1 << (bit % 8));
  }
  const vector = Buffer.alloc(Math.ceil((4 + bitmap.length) / page) * page);
  vector.write("DIRT", "latin1");
  bitmap.copy(vector, 4);
  return Buffer.concat([logBase(hive, 1, sequence), vector, ...pages.map(([, bytes]) => bytes)]);
}

/** Sets sequence numbers and checksum of a base block. */
export function setSequence(hive: Buffer, primary: number, secondary: number): Buffer {
  const bytes = Buffer.from(hive);
  bytes.writeUInt32LE(primary, 4);
  bytes.writeUInt32LE(secondary, 8);
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= bytes.readUInt32LE(at);
  bytes.writeUInt32LE(sum >>> 0, 508);
  return bytes;
}

function logBase(hive: Buffer, type: number, sequence: number): Buffer {
  const base = Buffer.from(hive.subarray(0, 512));
  base.writeUInt32LE(type, 28);
  base.writeUInt32LE(hive.length - 4096, 40);
  return setSequence(base, sequence, sequence);
}

function entry(hive: Buffer, sequence: number, pages: readonly LoggedPage[]): Buffer {
  const length = 40 + pages.reduce((sum, [, bytes]) => sum + 8 + bytes.length, 0);
  const bytes = Buffer.alloc(Math.ceil(length / page) * page);
  bytes.write("HvLE", "latin1");
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeUInt32LE(sequence, 12);
  bytes.writeUInt32LE(hive.length - 4096, 16);
  bytes.writeUInt32LE(pages.length, 20);
  pages.forEach(([offset, data], index) => {
    bytes.writeUInt32LE(offset, 40 + index * 8);
    bytes.writeUInt32LE(data.length, 44 + index * 8);
  });
  Buffer.concat(pages.map(([, data]) => data)).copy(bytes, 40 + pages.length * 8);
  bytes.writeBigUInt64LE(marvin32(bytes.subarray(40)), 24);
  bytes.writeBigUInt64LE(marvin32(bytes.subarray(0, 32)), 32);
  return bytes;
}
