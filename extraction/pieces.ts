import { readInto, type ByteSource } from "../disk";
import { InterruptedError } from "./errors";
import { freeYoungMemory } from "./young-memory";

/** Bytes of one read: measured, larger ones are hardly faster, and take memory. */
export const pieceSize = 1024 * 1024;

/** Pieces on their way at once. */
const piecesInFlight = 16;

/** Pieces between two looks for memory that is no longer used. */
const piecesBetween = 4;

/** Pieces of contents, and the memory that they take turns in. */
export class Pieces {
  private readonly memory: Buffer[] = [];

  constructor(
    readonly content: ByteSource,
    private readonly inFlight = piecesInFlight,
    private readonly length = pieceSize,
  ) {}

  get count(): number {
    return Math.ceil(this.content.size / this.length);
  }

  /** Byte offset of a piece. */
  offset(index: number): number {
    return index * this.length;
  }

  /** Memory for a piece; the piece that is as many further as may be in flight gets the same. */
  room(index: number): Buffer {
    const slot = index % this.inFlight;
    const whole = (this.memory[slot] ??= Buffer.allocUnsafeSlow(this.length));
    return whole.subarray(0, Math.min(this.length, this.content.size - this.offset(index)));
  }

  /** Reads a piece into its memory. */
  async read(index: number): Promise<Buffer> {
    const bytes = this.room(index);
    await readInto(this.content, this.offset(index), bytes);
    return bytes;
  }

  /**
   * Does work with the pieces, several at once, and answers the results in order. A result is good until the next one
   * is asked for.
   *
   * When one fails, those on their way are waited for, so that nothing goes on behind the caller's back.
   */
  async *inOrder<Result>(
    signal: AbortSignal,
    work: (index: number) => Promise<Result>,
  ): AsyncGenerator<Awaited<Result>> {
    let done = 0;
    for await (const result of inOrder(this.count, this.inFlight, signal, work)) {
      yield result;
      if (++done % piecesBetween === 0) freeYoungMemory();
    }
  }
}

/** Does numbered work, several at once, and answers the results in order. */
export async function* inOrder<Result>(
  count: number,
  inFlight: number,
  signal: AbortSignal,
  work: (index: number) => Promise<Result>,
): AsyncGenerator<Awaited<Result>> {
  const underWay: Promise<Result>[] = [];
  try {
    for (let next = 0, done = 0; done < count; done++) {
      for (; next < count && underWay.length < inFlight; next++) {
        if (signal.aborted) throw new InterruptedError();
        const piece = work(next);
        // Seen when it is its turn; until then it must not end the process.
        piece.catch(() => undefined);
        underWay.push(piece);
      }
      const [first] = underWay;
      if (!first) return;
      const result = await first;
      void underWay.shift();
      yield result;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
