/** A date as FILETIME: 100 ns intervals since 1601-01-01, UTC. */
export function dateToFileTime(date: Date): bigint {
  return BigInt(date.getTime()) * 10_000n + 116_444_736_000_000_000n;
}
