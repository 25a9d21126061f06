const pollMilliseconds = 500;

/**
 * Calls `ended` once when the process that started this one is gone, however it went: an engine that was killed cannot end
 * what it started. The system gives its children another parent, which shows in `process.ppid`; on Windows that stays, and
 * leads nowhere.
 */
export function whenParentEnds(ended: () => void): void {
  const parent = process.ppid;
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
