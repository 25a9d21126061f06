import { isIPv4, isIPv6 } from "node:net";

/** A closed range of addresses on one line: IPv6 from 0, IPv4 behind it. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** A set of IPv4 and IPv6 addresses: ranges in ascending order that do not touch. */
export type AddressSet = readonly Range[];

const IPV6_SIZE = 1n << 128n;
const IPV4_SIZE = 1n << 32n;

export const NOWHERE: AddressSet = [];
export const ALL_IPV6: AddressSet = [{ first: 0n, last: IPV6_SIZE - 1n }];
export const ALL_IPV4: AddressSet = [{ first: IPV6_SIZE, last: IPV6_SIZE + IPV4_SIZE - 1n }];
export const EVERYWHERE: AddressSet = union(ALL_IPV6, ALL_IPV4);

/** The position of an address on the line; undefined when the text is no address. */
export function addressAt(text: string): bigint | undefined {
  if (isIPv4(text)) {
    return IPV6_SIZE + ipv4Value(text);
  }
  return isIPv6(text) && !text.includes("%") ? ipv6Value(text) : undefined;
}

/** The addresses of `203.0.113.7`, `203.0.113.0/24` or `2001:db8::/32`; undefined when the text is none of these. */
export function addressesOf(text: string): AddressSet | undefined {
  const [, address = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const at = addressAt(address);
  if (at === undefined) {
    return undefined;
  }
  const width = at >= IPV6_SIZE ? 32 : 128;
  const prefix = Number(length ?? width);
  if (prefix > width) {
    return undefined;
  }
  const size = 1n << BigInt(width - prefix);
  const first = (at / size) * size;
  return [{ first, last: first + size - 1n }];
}

export function contains(set: AddressSet, at: bigint): boolean {
  return set.some(({ first, last }) => first <= at && at <= last);
}

export function union(...sets: readonly AddressSet[]): AddressSet {
  const ascending = sets.flat().sort((one, other) => (one.first < other.first ? -1 : 1));
  const ranges: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of ascending) {
    const before = ranges.at(-1);
    // Touching ranges are joined, but never those of the two families.
    if (before !== undefined && (first <= before.last || (first === before.last + 1n && first !== IPV6_SIZE))) {
      before.last = last > before.last ? last : before.last;
    } else {
      ranges.push({ first, last });
    }
  }
  return ranges;
}

export function without(set: AddressSet, removed: AddressSet): AddressSet {
  return removed.reduce<AddressSet>(
    (left, hole) =>
      left.flatMap((range) =>
        hole.last < range.first || range.last < hole.first
          ? [range]
          : [
              ...(range.first < hole.first ? [{ first: range.first, last: hole.first - 1n }] : []),
              ...(hole.last < range.last ? [{ first: hole.last + 1n, last: range.last }] : []),
            ],
      ),
    set,
  );
}

export function intersection(one: AddressSet, other: AddressSet): AddressSet {
  return without(one, without(EVERYWHERE, other));
}

/** How many addresses of each family are in the set. */
export function sizeOf(set: AddressSet): { readonly ipv4: bigint; readonly ipv6: bigint } {
  const size = (family: AddressSet) =>
    intersection(set, family).reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  return { ipv4: size(ALL_IPV4), ipv6: size(ALL_IPV6) };
}

function ipv4Value(text: string): bigint {
  return text.split(".").reduce((value, octet) => value * 256n + BigInt(octet), 0n);
}

function ipv6Value(text: string): bigint {
  // The last 32 bits may be written as an IPv4 address.
  const dotted = /[\d.]+$/.exec(text)?.[0] ?? "";
  const plain = dotted.includes(".") ? text.slice(0, -dotted.length) + hexadecimal(ipv4Value(dotted)) : text;
  const [head = "", tail] = plain.split("::");
  const groups = (part: string | undefined) => (part ?? "").split(":").filter((group) => group !== "");
  const zeros = Array<string>(Math.max(0, 8 - groups(head).length - groups(tail).length)).fill("0");
  return [...groups(head), ...(tail === undefined ? [] : zeros), ...groups(tail)].reduce(
    (value, group) => value * 65536n + BigInt(`0x${group}`),
    0n,
  );
}

function hexadecimal(value: bigint): string {
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
