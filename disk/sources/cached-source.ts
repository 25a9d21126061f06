import type { ByteSource } from "../byte-source";
import { checkRange } from "./range";

/** Bytes in a block: measured, requests and bytes of a triage are both near their least at this size. */
const blockSize = 64 * 1024;

/** Reads longer than this are contents, not structures: they go past the cache, which they would only flush. */
const longestCachedRead = 1024 * 1024;

/** What the cache holds at most, in blocks (64 MiB). */
const mostBlocks = 1024;

/**
 * A source that reads in aligned blocks of 64 KiB and reads no block twice, also when it is asked for twice at once.
 *
 * Neighbouring missing blocks are fetched by one read.
 */
export class CachedSource implements ByteSource {
  /** Blocks at hand, and blocks on their way; in the order in which they were asked for. */
  private readonly blocks = new Map<number, Uint8Array | Promise<Uint8Array>>();

  constructor(private readonly inner: ByteSource) {}

  get size(): number {
    return this.inner.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    if (length === 0) return new Uint8Array(0);
    const first = Math.floor(offset / blockSize);
    const last = Math.floor((offset + length - 1) / blockSize);
    const start = offset - first * blockSize;
    if (first === last) {
      const held = this.blocks.get(first) ?? this.fetch(first, first);
      const block = held instanceof Uint8Array ? held : await held;
      return block.subarray(start, start + length);
    }
    if (length > longestCachedRead) return this.inner.read(offset, length);
    const blocks = await Promise.all(this.collect(first, last));
    return Buffer.concat(blocks).subarray(start, start + length);
  }

  async close(): Promise<void> {
    this.blocks.clear();
    await this.inner.close?.();
  }

  private collect(first: number, last: number): Promise<Uint8Array>[] {
    const parts: Promise<Uint8Array>[] = [];
    for (let index = first; index <= last; index++) {
      const held = this.blocks.get(index);
      if (held) {
        parts.push(Promise.resolve(held));
        continue;
      }
      let end = index;
      while (end < last && !this.blocks.has(end + 1)) end++;
      parts.push(this.fetch(index, end));
      index = end;
    }
    return parts;
  }

  /** Reads a run of missing blocks with one request, and keeps each. */
  private fetch(first: number, last: number): Promise<Uint8Array> {
    const start = first * blockSize;
    const bytes = this.inner.read(start, Math.min((last + 1) * blockSize, this.size) - start);
    for (let index = first; index <= last; index++) {
      const block: Promise<Uint8Array> = bytes.then((all) => {
        const from = index * blockSize - start;
        // Copied, so that one block does not keep the others of its run in memory.
        const own = first === last ? all : new Uint8Array(all.subarray(from, from + blockSize));
        if (this.blocks.get(index) === block) this.blocks.set(index, own);
        return own;
      });
      block.catch(() => {
        if (this.blocks.get(index) === block) this.blocks.delete(index);
      });
      this.blocks.set(index, block);
    }
    this.trim();
    return bytes;
  }

  private trim(): void {
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= mostBlocks) return;
      this.blocks.delete(oldest);
    }
  }
}
