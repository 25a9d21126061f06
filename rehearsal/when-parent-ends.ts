const pollMilliseconds = 500;

/** Read as early as can be: a parent that ends before it is read would be taken for the next one, and waited for in vain. */
const parent = process.ppid;

/**
 * Calls `ended` once when the process that started this one is gone, however it went: an engine that was killed cannot end
 * what it started. The system gives its children another parent, which shows in `process.ppid`; on Windows that stays, and
 * leads nowhere.
 */
export function whenParentEnds(ended: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent && isThere(parent)) return;
    clearInterval(timer);
    ended();
  }, pollMilliseconds);
  timer.unref();
}

function isThere(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
