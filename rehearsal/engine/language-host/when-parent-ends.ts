const pollMilliseconds = 500;

/**
 * Calls `ended` once when the process that started this one is gone, however it went: after `kill -9` of the parent the
 * system gives its children another parent, and that shows in `process.ppid`.
 */
export function whenParentEnds(ended: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ended();
  }, pollMilliseconds);
}
