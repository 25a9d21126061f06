/** The real plugin's limit where customTimeouts gives none (pulumi-azure-native, provider.go). */
const DEFAULT_TIMEOUT_SECONDS = 2 * 60 * 60;

/** Ends operations: each after its own time, and all of them when the engine cancels. */
export class Cancellation {
  readonly #cancelled = new AbortController();

  /** Ends all operations, and those that would begin later. */
  cancel(): void {
    this.#cancelled.abort(new Error("the operation was cancelled"));
  }

  /**
   * The signal of one operation.
   *
   * @param timeoutSeconds 0 takes the default
   */
  signal(timeoutSeconds: number): AbortSignal {
    const seconds = timeoutSeconds > 0 ? timeoutSeconds : DEFAULT_TIMEOUT_SECONDS;
    const timeout = new AbortController();
    const reason = new Error(
      `the operation did not end within ${seconds} s; the resource option customTimeouts sets another limit`,
    );
    setTimeout(() => timeout.abort(reason), seconds * 1000).unref();
    return AbortSignal.any([this.#cancelled.signal, timeout.signal]);
  }
}
