import { crc32 } from "node:zlib";
import { ByteView } from "../byte-view";
import { CorruptEventLogError } from "../errors";

/** Bytes of a chunk: a header and the records that were written one after the other. */
export const chunkSize = 64 * 1024;

/** Bytes of a chunk's header that tell what is in it. */
export const chunkHeadSize = 128;

/** Bytes of a record before its binary XML. */
export const recordHeadSize = 24;

/** What a chunk's header says. */
export interface ChunkHead {
  /** Identifiers of its first and last record. */
  readonly first: bigint;
  readonly last: bigint;
}

/** Where a record is in its chunk. */
export interface RecordPlace {
  readonly id: number;
  /** Moment of writing as FILETIME. */
  readonly written: bigint;
  /** Byte offset of the record in its chunk. */
  readonly at: number;
  /** Bytes, from signature to the second size. */
  readonly size: number;
}

/** A chunk and the records that were found in it. */
export interface Chunk {
  readonly view: ByteView;
  /** In the order of writing. */
  readonly records: readonly RecordPlace[];
  /** What was wrong, in sentences; empty for a chunk that is whole. */
  readonly problems: readonly string[];
}

/** What is said of a chunk of which nothing can be read. */
export const chunkLost = "is lost, with the events in it.";

const signature = "ElfChnk\0";
const headerSize = 512;
const recordMark = Buffer.from("2a2a0000", "hex");
const smallestRecord = recordHeadSize + 4;

/**
 * Reads the first bytes of a chunk; null when no chunk begins there, which is what an event log is filled up with.
 *
 * Source: "Windows XML Event Log (EVTX) format" (Joachim Metz, libevtx), section "Chunk header".
 */
export function readChunkHead(bytes: Uint8Array): ChunkHead | null {
  const view = new ByteView(bytes, "A chunk header", CorruptEventLogError);
  if (view.latin1(0, signature.length) !== signature) return null;
  const head = { first: view.big(24), last: view.big(32) };
  return head.first <= head.last ? head : null;
}

/**
 * Finds the records of a chunk. One that is damaged is left out, and the next whole one is looked for.
 *
 * Source: the same, sections "Event record" and "Corruption scenarios".
 *
 * @param number of the chunk, for messages
 * @throws CorruptEventLogError when it is none
 */
export function readChunk(bytes: Uint8Array, number: number): Chunk {
  const view = new ByteView(bytes, `Chunk ${number} of the event log`, CorruptEventLogError);
  if (!readChunkHead(bytes)) view.fail("has no valid header");
  const freeSpace = view.u32(48);
  const records: RecordPlace[] = [];
  let lost = 0;
  for (let at = headerSize; at + smallestRecord <= view.size;) {
    const record = recordAt(view, at);
    // What lies behind the free space may be left over from an earlier round of the ring: its identifiers are lower.
    if (record && record.id > (records.at(-1)?.id ?? -1)) {
      records.push(record);
      at += record.size;
      continue;
    }
    if (at >= freeSpace) break;
    lost++;
    const next = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(recordMark, at + 1);
    if (next < 0) break;
    at = next;
  }
  if (records.length === 0 && lost > 0) return { view, records, problems: [`${view.what} ${chunkLost}`] };
  return { view, records, problems: problemsOf(view, freeSpace, lost) };
}

function recordAt(view: ByteView, at: number): RecordPlace | null {
  if (!recordMark.equals(view.slice(at, 4))) return null;
  const size = view.u32(at + 4);
  if (size < smallestRecord || at + size > view.size || view.u32(at + size - 4) !== size) return null;
  const id = Number(view.big(at + 8));
  return Number.isSafeInteger(id) ? { id, written: view.big(at + 16), at, size } : null;
}

function problemsOf(view: ByteView, freeSpace: number, lost: number): string[] {
  if (lost > 0) return [`${view.what} is damaged in ${lost} places; the records between them were read.`];
  const headerSum = crc32(view.slice(128, headerSize - 128), crc32(view.slice(0, 120)));
  const recordsEnd = Math.max(headerSize, Math.min(freeSpace, view.size));
  const recordSum = crc32(view.slice(headerSize, recordsEnd - headerSize));
  if (view.u32(124) === headerSum && view.u32(52) === recordSum) return [];
  // The last chunk of a log that was not closed always looks like this.
  return [`${view.what} has a wrong checksum; its records were read as far as they make sense.`];
}
