import { setTimeout as delay } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { elapsed } from "./elapsed";

const staleMilliseconds = 20_000;
const retryMilliseconds = 500;
const reportMilliseconds = 5000;

/**
 * Runs `work` while holding a lock on `folder` that other processes of the kit honour. Waits as long as another one works,
 * saying so; a lock of a process that was killed is taken over after twenty seconds.
 */
export async function withLock<Result>(
  folder: string,
  purpose: string,
  report: (line: string) => void,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const release = await acquire(folder, purpose, report, signal);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(
  folder: string,
  purpose: string,
  report: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<() => Promise<void>> {
  const started = Date.now();
  let reported = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lock(folder, { stale: staleMilliseconds, lockfilePath: `${folder}.lock` });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
    if (Date.now() - reported >= reportMilliseconds) {
      reported = Date.now();
      report(`waiting for another process that is about to ${purpose}, ${elapsed(started)}`);
    }
    await delay(retryMilliseconds, undefined, signal === undefined ? {} : { signal });
  }
}
