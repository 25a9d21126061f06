import type { ByteSource } from "../byte-source";
import { ByteView } from "../byte-view";
import { CorruptHiveError, NotAHiveError } from "../errors";
import { readBaseBlock, type BaseBlock } from "./base-block";
import { marvin32 } from "./marvin32";

/** Bytes to write over a hive. */
export interface Page {
  /** From the first hive bin. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Changes that belong together: all of them are applied, or none. */
export interface LogEntry {
  readonly sequence: number;
  /** Bytes of all hive bins once the entry is applied. */
  readonly binsSize: number;
  readonly pages: readonly Page[];
}

/** A transaction log whose base block is whole. */
export interface TransactionLog {
  readonly base: BaseBlock;
  /** "old" up to Windows 8, "new" since 8.1 and Server 2012 R2. */
  readonly format: "old" | "new";
  readonly bytes: ByteSource;
}

const sector = 512;
const entryHeader = 40;

/** A hive holds at most 2 GiB of bins; an entry never changes nearly so much at once. */
const longestEntry = 256 * 1024 * 1024;

/**
 * Opens a transaction log.
 *
 * @returns null when it is empty, or its base block is damaged or was being written: it says nothing then
 */
export async function openLog(bytes: ByteSource): Promise<TransactionLog | null> {
  if (bytes.size < sector) return null;
  const base = await readBase(bytes);
  if (!base?.checksumValid || base.primarySequence !== base.secondarySequence) return null;
  if (base.fileType === 6) return { base, format: "new", bytes };
  return base.fileType === 1 || base.fileType === 2 ? { base, format: "old", bytes } : null;
}

async function readBase(bytes: ByteSource): Promise<BaseBlock | null> {
  try {
    return readBaseBlock(await bytes.read(0, sector));
  } catch (error) {
    if (error instanceof NotAHiveError) return null;
    throw error;
  }
}

/**
 * The entries of a log that are whole and follow each other; the first damaged one ends them, since what was written
 * after it never became valid.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov), "Transaction log files".
 */
export async function readEntries(log: TransactionLog): Promise<LogEntry[]> {
  if (log.format === "old") {
    const entry = await readOldEntry(log);
    return entry ? [entry] : [];
  }
  const entries: LogEntry[] = [];
  let sequence = log.base.primarySequence;
  for (let at = sector; at + entryHeader <= log.bytes.size;) {
    const found = await readNewEntry(log.bytes, at, sequence);
    if (!found) break;
    entries.push(found.entry);
    at += found.size;
    sequence = (sequence + 1) >>> 0;
  }
  return entries;
}

async function readNewEntry(
  bytes: ByteSource,
  at: number,
  sequence: number,
): Promise<{ entry: LogEntry; size: number } | null> {
  const head = new ByteView(await bytes.read(at, entryHeader), "The log entry", CorruptHiveError);
  const size = head.u32(4);
  if (head.latin1(0, 4) !== "HvLE" || head.u32(12) !== sequence) return null;
  if (size % sector !== 0 || size < sector || size > longestEntry || at + size > bytes.size) return null;
  if (marvin32(head.slice(0, 32)) !== head.big(32)) return null;
  const view = new ByteView(await bytes.read(at, size), "The log entry", CorruptHiveError);
  if (marvin32(view.slice(entryHeader, size - entryHeader)) !== view.big(24)) return null;
  return { entry: { sequence, binsSize: view.u32(16), pages: readPages(view) }, size };
}

function readPages(view: ByteView): Page[] {
  const count = view.u32(20);
  const pages: Page[] = [];
  let at = entryHeader + count * 8;
  for (let index = 0; index < count; index++) {
    const offset = view.u32(entryHeader + index * 8);
    const size = view.u32(entryHeader + index * 8 + 4);
    if (offset % sector !== 0 || size % sector !== 0) view.fail(`changes ${size} bytes at ${offset}: no whole sectors`);
    pages.push({ offset, bytes: view.slice(at, size) });
    at += size;
  }
  return pages;
}

/** One bit a sector of the hive bins, behind the word DIRT; then the sectors whose bits are set. */
async function readOldEntry(log: TransactionLog): Promise<LogEntry | null> {
  const { base, bytes } = log;
  const bitmapSize = Math.ceil(base.binsSize / sector / 8);
  const start = Math.ceil((sector + 4 + bitmapSize) / sector) * sector;
  if (bytes.size < start) return null;
  const vector = new ByteView(await bytes.read(sector, 4 + bitmapSize), "The dirty vector", CorruptHiveError);
  if (vector.latin1(0, 4) !== "DIRT") return null;
  const pages: Page[] = [];
  let at = start;
  for (let index = 0; index < base.binsSize / sector; index++) {
    if (((vector.u8(4 + (index >> 3)) >> (index & 7)) & 1) === 0) continue;
    if (at + sector > bytes.size) return null;
    pages.push({ offset: index * sector, bytes: await bytes.read(at, sector) });
    at += sector;
  }
  return { sequence: base.primarySequence, binsSize: base.binsSize, pages };
}
