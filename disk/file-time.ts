/** 100 ns intervals from 1601-01-01 to 1970-01-01. */
const epochDistance = 116_444_736_000_000_000n;

/** The last moment that a four-digit year can name; anything later is not a time. */
const latest = 2_650_467_744_000_000_000n;

/**
 * A FILETIME (100 ns intervals since 1601-01-01, UTC) as ISO 8601 with seven decimals; null for 0 and for what is no
 * time, such as the filler of a dump header.
 */
export function fileTimeToIso(time: bigint): string | null {
  if (time <= 0n || time >= latest) return null;
  const ticks = time - epochDistance;
  const fraction = ((ticks % 10_000_000n) + 10_000_000n) % 10_000_000n;
  const seconds = (ticks - fraction) / 10_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${fraction.toString().padStart(7, "0")}Z`;
}

/** The FILETIME of a time that `fileTimeToIso` wrote. */
export function isoToFileTime(time: string): bigint {
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 10_000n + BigInt(time.slice(20, 27)) + epochDistance;
}
