import type { ByteSource } from "../byte-source";
import { checkRange } from "./range";

/** A part of another source: a partition of a disk, a disk without its footer. */
export class SliceSource implements ByteSource {
  /** @throws OutOfRangeError when the part is not wholly inside the source */
  constructor(
    private readonly whole: ByteSource,
    private readonly offset: number,
    readonly size: number,
  ) {
    checkRange(whole.size, offset, size);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    return this.whole.read(this.offset + offset, length);
  }
}
