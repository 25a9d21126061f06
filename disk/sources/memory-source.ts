import type { ByteSource } from "../byte-source";
import { checkRange } from "./range";

/** Bytes in memory as a source. The bytes are not copied: do not change them while the source is in use. */
export class MemorySource implements ByteSource {
  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  // eslint wants no async without await; a rejected promise is what a caller expects of a failed read.
  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve().then(() => {
      checkRange(this.bytes.length, offset, length);
      return this.bytes.subarray(offset, offset + length);
    });
  }
}
