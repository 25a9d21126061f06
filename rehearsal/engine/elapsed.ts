/** Time gone since `started` (milliseconds of `Date.now()`), for a person: `42 s`, `3 min 5 s`. */
export function elapsed(started: number, now = Date.now()): string {
  const seconds = Math.round((now - started) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
