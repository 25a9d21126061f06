import type { ByteSource } from "../byte-source";
import { CorruptHiveError } from "../errors";
import { checkRange } from "../sources/range";
import { baseBlockSize, type BaseBlock } from "./base-block";
import { openLog, readEntries, type LogEntry, type TransactionLog } from "./transaction-log";

/** A hive with its logs applied in memory. */
export interface Replay {
  readonly bytes: ByteSource;
  readonly base: BaseBlock;
  /** Entries applied. */
  readonly entries: number;
}

/**
 * Applies the transaction logs of a dirty hive, as Windows would when it loads it; nothing is written.
 *
 * The log with the lower sequence number goes first; one that is older than the hive is left out; the second only
 * follows when it goes on where the first ended. When the hive's base block is damaged, that of the newer log takes its
 * place, and only that log is applied.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov), "Dirty hives" and "Recovery".
 *
 * @param base the hive's base block; null when it is damaged
 * @returns null when no log can be applied
 */
export async function replayLogs(
  bytes: ByteSource,
  base: BaseBlock | null,
  logs: readonly ByteSource[],
): Promise<Replay | null> {
  const opened = (await Promise.all(logs.map(openLog))).filter((log) => log !== null);
  const fresh = opened
    .filter((log) => base === null || log.base.primarySequence >= base.secondarySequence)
    .sort((one, other) => one.base.primarySequence - other.base.primarySequence);
  const newest = fresh.at(-1);
  if (!newest) return null;
  const alone = base === null || newest.format === "old";
  const entries = await entriesInOrder(alone ? [newest] : fresh.filter((log) => log.format === "new"));
  const last = entries.at(-1);
  if (!last) return null;
  return { bytes: overlay(bytes, entries, last.binsSize), base: base ?? newest.base, entries: entries.length };
}

async function entriesInOrder(logs: readonly TransactionLog[]): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (const log of logs) {
    const last = entries.at(-1);
    if (last && log.base.primarySequence !== last.sequence + 1) break;
    const more = await readEntries(log);
    // Nothing of the earlier log is whole: applying only the later one would mix two states.
    if (more.length === 0) break;
    entries.push(...more);
  }
  return entries;
}

const pageSize = 512;

function overlay(bytes: ByteSource, entries: readonly LogEntry[], binsSize: number): ByteSource {
  const pages = new Map<number, Uint8Array>();
  for (const entry of entries) {
    for (const page of entry.pages) {
      if (page.offset + page.bytes.length > entry.binsSize) {
        throw new CorruptHiveError(
          `Log entry ${entry.sequence} changes ${page.bytes.length} bytes at ${page.offset}, past the ${entry.binsSize} bytes of hive bins.`,
        );
      }
      for (let at = 0; at < page.bytes.length; at += pageSize) {
        pages.set((page.offset + at) / pageSize, page.bytes.subarray(at, at + pageSize));
      }
    }
  }
  return new OverlaySource(bytes, pages, baseBlockSize + binsSize);
}

/** A hive under the pages that its logs hold. */
class OverlaySource implements ByteSource {
  /** @param pages by number, counted from the first hive bin */
  constructor(
    private readonly hive: ByteSource,
    private readonly pages: ReadonlyMap<number, Uint8Array>,
    readonly size: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    const first = Math.floor((offset - baseBlockSize) / pageSize);
    const last = Math.floor((offset + length - 1 - baseBlockSize) / pageSize);
    let covered = 0;
    for (let page = first; page <= last; page++) if (this.pages.has(page)) covered++;
    if (covered === 0 && offset + length <= this.hive.size) return this.hive.read(offset, length);
    const bytes = new Uint8Array(length);
    const there = Math.min(length, this.hive.size - offset);
    if (covered < last - first + 1 && there > 0) bytes.set(await this.hive.read(offset, there));
    for (let page = first; page <= last; page++) {
      const own = this.pages.get(page);
      if (!own) continue;
      const at = baseBlockSize + page * pageSize - offset;
      const from = Math.max(0, -at);
      bytes.set(own.subarray(from, Math.min(pageSize, length - at)), at + from);
    }
    return bytes;
  }
}
