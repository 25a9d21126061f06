/** Address ranges that the internet does not route (RFC 1918, RFC 6598); any width inside of them may connect. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(rangeOf);

/** Widest public range that may connect by RDP: 65,536 addresses, a large company's own. */
const WIDEST_PUBLIC_PREFIX = 16;

interface Range {
  readonly first: number;
  readonly prefix: number;
}

/**
 * What is wrong with a source of RDP connections, or undefined.
 *
 * @param argument name of the argument or config key, for the message
 */
export function rdpSourceProblem(argument: string, text: string): string | undefined {
  const wrong = (rule: string, remedy: string) => `${argument} must ${rule}, got "${text}"; ${remedy}`;
  if (text.includes(":")) {
    return wrong("hold IPv4 ranges", "the repair VM has no IPv6 address, use the IPv4 address you connect from");
  }
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  const octets = parts?.slice(1, 5).map(Number) ?? [];
  const prefix = Number(parts?.[5] ?? 32);
  if (parts === null || octets.some((octet) => octet > 255) || prefix > 32) {
    return wrong("hold IPv4 ranges in CIDR form", 'for example "203.0.113.7/32" for one address');
  }
  const range = { first: addressOf(octets), prefix };
  if (firstOfRange(range.first, prefix) !== range.first) {
    const first = textOf(firstOfRange(range.first, prefix));
    return wrong(
      "hold ranges that start at their first address",
      `use "${first}/${prefix}" or "${octets.join(".")}/32"`,
    );
  }
  if (prefix < WIDEST_PUBLIC_PREFIX && !PRIVATE_RANGES.some((outer) => contains(outer, range))) {
    return wrong(
      `not open RDP to more than a /${WIDEST_PUBLIC_PREFIX} of the internet`,
      'name the address you connect from, like "203.0.113.7/32", or leave it out and connect through Azure Bastion',
    );
  }
  return undefined;
}

function rangeOf(text: string): Range {
  const [address = "", prefix] = text.split("/");
  return { first: addressOf(address.split(".").map(Number)), prefix: Number(prefix) };
}

function addressOf(octets: readonly number[]): number {
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function firstOfRange(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size) * size;
}

function contains(outer: Range, inner: Range): boolean {
  return inner.prefix >= outer.prefix && firstOfRange(inner.first, outer.prefix) === outer.first;
}
