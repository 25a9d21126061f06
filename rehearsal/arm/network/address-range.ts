/** A range of IPv4 addresses in CIDR notation. */
export interface AddressRange {
  /** First address as a number. */
  readonly first: number;
  /** Number of addresses. */
  readonly size: number;
  /** False when bits below the mask are set, for example `10.0.0.1/24`. */
  readonly aligned: boolean;
  /** The notation with those bits cleared. */
  readonly normal: string;
}

/** Reads `10.0.0.0/24`; null when it is none. IPv6 is not read. */
export function readRange(text: string): AddressRange | null {
  const [address = "", length = "", ...rest] = text.split("/");
  const base = readAddress(address);
  if (base === null || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32) {
    return null;
  }
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(base / size) * size;
  return { first, size, aligned: first === base, normal: `${writeAddress(first)}/${Number(length)}` };
}

/** Reads `10.0.0.4`; null when it is none. */
export function readAddress(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) {
    return null;
  }
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

/** Writes a number as `10.0.0.4`. */
export function writeAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Whether one range lies wholly in another. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

/** Whether two ranges share an address. */
export function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}
