import type { ByteSource } from "../../../disk";

/** A source that remembers every read. */
export class CountingSource implements ByteSource {
  readonly reads: { offset: number; length: number }[] = [];

  constructor(private readonly inner: ByteSource) {}

  get size(): number {
    return this.inner.size;
  }

  get bytesRead(): number {
    return this.reads.reduce((sum, read) => sum + read.length, 0);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push({ offset, length });
    return this.inner.read(offset, length);
  }
}
