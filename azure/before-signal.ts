const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does work when a signal is about to end this process, and lets it end then. Whoever sent the signal may wait for a
 * second only (the Pulumi engine does), so the work should begin with what matters.
 *
 * @returns a function that takes this back
 */
export function beforeSignalEnds(work: () => Promise<void>): () => void {
  const end = (signal: NodeJS.Signals): void => {
    void work()
      .catch(() => undefined)
      .finally(() => {
        release();
        // Others who listen decide for themselves whether the process goes on.
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      });
  };
  const release = (): void => signals.forEach((signal) => process.off(signal, end));
  signals.forEach((signal) => process.on(signal, end));
  return release;
}
