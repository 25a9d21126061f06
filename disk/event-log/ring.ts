import type { ByteSource } from "../byte-source";
import { chunkHeadSize, chunkSize, readChunkHead, type ChunkHead } from "./chunk";

/** Chunks in a row that may be lost without hiding the ones behind them; a crash loses those that were in memory. */
const mostLost = 4;

/** Chunk heads that are read at once. */
const headsAtOnce = 16;

/** The chunks of an event log: they are written in the order of their numbers, and then from the first one again. */
export class ChunkRing {
  /** How many there are, whole or not. */
  readonly count: number;

  /** @param start byte offset of the first chunk */
  constructor(
    private readonly bytes: ByteSource,
    private readonly start: number,
  ) {
    this.count = Math.max(0, Math.floor((bytes.size - start) / chunkSize));
  }

  /** Reads a chunk as it is. */
  read(number: number): Promise<Uint8Array> {
    return this.bytes.read(this.start + number * chunkSize, chunkSize);
  }

  /**
   * The number of the chunk with the newest records.
   *
   * @param named one that was the newest at some time: from there on identifiers rise up to the newest, which is found by
   * bisection; when it is none, all are looked at
   * @returns null when no chunk is whole
   */
  async newest(named: number): Promise<number | null> {
    const head = named < this.count ? await this.head(named) : null;
    return head ? this.bisect(named, head) : this.newestOfAll();
  }

  private async bisect(named: number, { first }: ChunkHead): Promise<number> {
    let newest = 0;
    /** Whether records newer than those of the named chunk lie so far behind it. */
    const isNewer = async (step: number): Promise<boolean> => {
      const steps = Array.from({ length: mostLost + 1 }, (_, index) => step + index).filter((one) => one < this.count);
      for (const one of steps) {
        const head = await this.head((named + one) % this.count);
        if (!head) continue;
        if (head.first > first) newest = Math.max(newest, one);
        return head.first > first;
      }
      return false;
    };
    let low = 0;
    let high = 1;
    for (; high < this.count && (await isNewer(high)); high *= 2) low = high;
    high = Math.min(high, this.count);
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (await isNewer(middle)) low = middle;
      else high = middle;
    }
    return (named + newest) % this.count;
  }

  private async newestOfAll(): Promise<number | null> {
    let newest: { number: number; first: bigint } | null = null;
    for (let start = 0; start < this.count; start += headsAtOnce) {
      const numbers = Array.from({ length: Math.min(headsAtOnce, this.count - start) }, (_, index) => start + index);
      const heads = await Promise.all(numbers.map(async (number) => ({ number, head: await this.head(number) })));
      for (const { number, head } of heads) {
        if (head && (!newest || head.first > newest.first)) newest = { number, first: head.first };
      }
    }
    return newest?.number ?? null;
  }

  private async head(number: number): Promise<ChunkHead | null> {
    return readChunkHead(await this.bytes.read(this.start + number * chunkSize, chunkHeadSize));
  }
}
