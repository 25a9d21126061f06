import { InterruptedError } from "../errors";

/** Bytes of one read: measured, larger ones are no faster, and this many of them in flight fit into 100 MB. */
export const pieceSize = 2 * 1024 * 1024;

/** Pieces on their way at once. */
export const piecesInFlight = 16;

/**
 * Does work piece by piece, several pieces at once, and answers their results in order.
 *
 * When one fails, those on their way are waited for, so that nothing goes on behind the caller's back.
 */
export async function* inOrder<Result>(
  count: number,
  inFlight: number,
  signal: AbortSignal,
  work: (index: number) => Promise<Result>,
): AsyncGenerator<Result> {
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
