import { readInto, type ByteSource } from "../disk";
import { InterruptedError } from "./errors";

/** Bytes of one read: measured, larger ones are hardly faster, and take memory. */
export const pieceSize = 1024 * 1024;

/** Pieces on their way at once. */
const piecesInFlight = 16;

/** Pieces of contents, and the memory that they take turns in. */
export class Pieces {
  private readonly memory: Buffer[] = [];

  /** @param behind results that stay good when later ones are asked for, in memory that threads can share */
  constructor(
    readonly content: ByteSource,
    private readonly behind = 0,
  ) {}

  /** Byte offset of a piece. */
  offset(index: number): number {
    return index * pieceSize;
  }

  /** Memory for a piece; another one gets the same when the piece is neither in flight nor among those that stay good. */
  room(index: number): Buffer {
    const slot = index % (piecesInFlight + this.behind);
    const whole = (this.memory[slot] ??= this.behind === 0 ? Buffer.allocUnsafeSlow(pieceSize) : sharedMemory());
    return whole.subarray(0, Math.min(pieceSize, this.content.size - this.offset(index)));
  }

  /** Reads a piece into its memory. */
  async read(index: number): Promise<Buffer> {
    const bytes = this.room(index);
    await readInto(this.content, this.offset(index), bytes);
    return bytes;
  }

  /**
   * Does work with the pieces, several at once, and answers the results in order. A result is good until the next one
   * is asked for, or for `behind` more.
   *
   * When one fails, those on their way are waited for, so that nothing goes on behind the caller's back.
   */
  inOrder<Result>(signal: AbortSignal, work: (index: number) => Promise<Result>): AsyncGenerator<Awaited<Result>> {
    return inOrder(pieceCount(this.content), piecesInFlight, signal, work);
  }
}

/** Pieces that contents consist of. */
export function pieceCount(content: ByteSource): number {
  return Math.ceil(content.size / pieceSize);
}

function sharedMemory(): Buffer {
  return Buffer.from(new SharedArrayBuffer(pieceSize));
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
