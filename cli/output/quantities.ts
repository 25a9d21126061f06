const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes for people: `3.0 MiB`. */
export function sizeText(bytes: number): string {
  const step = Math.min(units.length - 1, bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return step === 0 ? `${bytes} bytes` : `${(bytes / 1024 ** step).toFixed(1)} ${units[step] ?? ""}`;
}

/** A time in ISO 8601 for people: `2026-10-30 02:14:37 UTC`. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
