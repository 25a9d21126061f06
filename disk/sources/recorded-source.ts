import type { ByteSource } from "../byte-source";
import { currentPurpose } from "./read-purpose";

/** A read that went to the source itself, not to a cache above it. */
export interface RecordedRead {
  /** 1 for the first. */
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  readonly milliseconds: number;
  /** What it was for, as `forPurpose` says; empty when nothing was said. */
  readonly purpose: string;
}

/** A source that counts what is read from it, and tells each read when it is done. */
export class RecordedSource implements ByteSource {
  /** Reads so far. */
  requests = 0;
  /** Bytes asked for so far. */
  bytes = 0;

  constructor(
    private readonly inner: ByteSource,
    private readonly onRead?: (read: RecordedRead) => void,
  ) {}

  get size(): number {
    return this.inner.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const number = ++this.requests;
    this.bytes += length;
    const purpose = currentPurpose();
    const start = performance.now();
    const bytes = await this.inner.read(offset, length);
    this.onRead?.({ number, offset, length, milliseconds: performance.now() - start, purpose });
    return bytes;
  }

  async close(): Promise<void> {
    await this.inner.close?.();
  }
}
