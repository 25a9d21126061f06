import { createHash } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** SHA-256 of bytes that come piece by piece. Close it, whatever happens. */
export interface RunningHash {
  /**
   * How many of the last pieces may not be hashed yet when `update` resolves. Where it is above 0, pieces lie in shared memory
   * and stay unchanged for so long.
   */
  readonly behind: number;
  /** Takes the next piece. */
  update(piece: Uint8Array): Promise<void>;
  /** Of all pieces, in hexadecimal; nothing can be taken after it. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

/** Hashes at once, in the caller's thread. */
export function hashHere(): RunningHash {
  const hash = createHash("sha256");
  return {
    behind: 0,
    update(piece) {
      hash.update(piece);
      return Promise.resolve();
    },
    digest: () => Promise.resolve(hash.digest("hex")),
    close: () => Promise.resolve(),
  };
}

/**
 * Hashes in a thread of its own, a few pieces behind the caller: for bytes that come as fast as they are hashed. The thread
 * takes 15 MB beside the pieces.
 */
export class ThreadHash implements RunningHash {
  readonly behind = 4;

  // Without the caller's arguments for Node: what they preload is not needed there, and takes time.
  private readonly thread = new Worker(join(__dirname, "hash-thread.js"), { execArgv: [] });
  private pending = 0;
  private result: string | null = null;
  private failure: Error | null = null;
  private wake: () => void = () => undefined;

  constructor() {
    this.thread.on("message", (answer: string) => {
      if (answer === "next") this.pending--;
      else this.result = answer;
      this.wake();
    });
    const fail = (error: Error): void => {
      this.failure ??= error;
      this.wake();
    };
    this.thread.on("error", fail);
    this.thread.on("messageerror", fail);
    this.thread.on("exit", () => fail(new Error("The thread that hashes ended before its time.")));
  }

  async update(piece: Uint8Array): Promise<void> {
    this.pending++;
    this.thread.postMessage(piece);
    while (this.pending > this.behind) await this.answered();
  }

  async digest(): Promise<string> {
    this.thread.postMessage("end");
    while (this.result === null) await this.answered();
    return this.result;
  }

  async close(): Promise<void> {
    await this.thread.terminate();
  }

  private async answered(): Promise<void> {
    if (!this.failure) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure) throw this.failure;
  }
}
