import type { ByteSource } from "../byte-source";
import type { Extent } from "../ntfs/extent";
import { checkRange } from "./range";
import { readInto } from "./read-into";

/** The extents of a file as one source, read straight from the disk, past every cache. */
export class ExtentSource implements ByteSource {
  readonly size: number;

  /**
   * @param extents in order and without gaps, the first at 0
   * @param base byte offset of the volume in the source
   */
  constructor(
    private readonly disk: ByteSource,
    private readonly extents: readonly Extent[],
    private readonly base: number,
  ) {
    const last = extents.at(-1);
    this.size = last ? last.offset + last.length : 0;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    const bytes = Buffer.allocUnsafe(length);
    await this.readInto(offset, bytes);
    return bytes;
  }

  async readInto(offset: number, target: Uint8Array): Promise<void> {
    const { length } = target;
    checkRange(this.size, offset, length);
    const parts: Promise<void>[] = [];
    for (let at = offset, index = this.indexOf(offset); at < offset + length; index++) {
      const extent = this.extents[index];
      if (!extent) break;
      const start = at - extent.offset;
      const count = Math.min(extent.length - start, offset + length - at);
      const part = target.subarray(at - offset, at - offset + count);
      if (extent.at === null) part.fill(0);
      else parts.push(readInto(this.disk, this.base + extent.at + start, part));
      at += count;
    }
    await Promise.all(parts);
  }

  /** Index of the extent that holds a byte, by bisection. */
  private indexOf(offset: number): number {
    let low = 0;
    let high = this.extents.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.extents[middle]?.offset ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
