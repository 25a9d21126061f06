import * as fc from "fast-check";

import { addressAt, ALL_IPV4, contains, EVERYWHERE, union } from "../../policies/internal/address-set";
import { whatIsLetIn, type SecurityRule } from "../../policies/internal/security-rules";

/*
 * The judge: one packet at a time, through the rules by priority, with addresses and ranges compared as bits in text. It
 * shares nothing with the evaluator but the rules.
 */
interface Packet {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
}

const known = new Map<string, string>();

function bits(address: string): string {
  const found = known.get(address) ?? bitsOf(address);
  known.set(address, found);
  return found;
}

function bitsOf(address: string): string {
  if (!address.includes(":")) {
    return address
      .split(".")
      .map((octet) => Number(octet).toString(2).padStart(8, "0"))
      .join("");
  }
  const [head = "", tail] = address.split("::");
  const groups = (text = "") => text.split(":").filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill("0"), ...groups(tail)]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}

function inRange(address: string, range: string): boolean {
  if (range === "*") {
    return true;
  }
  const [network = "", length] = range.split("/");
  const isSameFamily = network.includes(":") === address.includes(":");
  const prefix = length === undefined ? undefined : Number(length);
  return isSameFamily && bits(address).slice(0, prefix) === bits(network).slice(0, prefix);
}

function portInRange(port: number, range: string): boolean {
  const [first = "", last = first] = range.split("-");
  return range === "*" || (Number(first) <= port && port <= Number(last));
}

function isAllowed(rules: readonly SecurityRule[], packet: Packet): boolean {
  const decides = [...rules]
    .sort((one, other) => one.priority - other.priority)
    .find(
      (rule) =>
        rule.direction === "Inbound" &&
        (rule.protocol === "*" || rule.protocol === packet.protocol) &&
        rule.sources.some((range) => inRange(packet.source, range)) &&
        rule.destinations.some((range) => inRange(packet.destination, range)) &&
        rule.sourcePorts.some((range) => portInRange(packet.sourcePort, range)) &&
        rule.destinationPorts.some((range) => portInRange(packet.port, range)),
    );
  return decides?.access === "Allow";
}

/* Few addresses and ports, so that rules meet: the corners of the ranges, what is beside them, and some others. */
const addresses = [
  ...["0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.9", "10.0.1.0", "127.255.255.255", "128.0.0.0", "203.0.113.6"],
  ...["203.0.113.7", "203.0.113.8", "255.255.255.255", "::", "1::", "2001:db8::", "2001:db8::1", "2001:db8:1::"],
  ...["7fff:ffff::", "8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
];
const ranges = [
  ...["*", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.9", "203.0.113.7/32"],
  ...["203.0.113.4/30", "::/0", "::/1", "8000::/1", "2001:db8::/32", "2001:db8::/48", "2001:db8::1/128"],
];
const ports = [0, 1, 1023, 1024, 3388, 3389, 3390, 5000, 65535];
const portRanges = ["*", "3389", "0-1023", "1024-65535", "3000-4000", "3390-5000", "5000"];

/** Mostly everything: a rule that decides for all packets of a kind is what the order of rules is seen by. */
function mostlyAny(values: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant("*") }, { weight: 1, arbitrary: fc.constantFrom(...values) });
}

const rulesArbitrary = fc.uniqueArray(
  fc.record({
    name: fc.constant("rule"),
    priority: fc.integer({ min: 100, max: 4096 }),
    direction: fc.constantFrom("Inbound", "Inbound", "Inbound", "Inbound", "Outbound"),
    access: fc.constantFrom("Allow", "Deny"),
    protocol: mostlyAny(["Tcp", "Udp", "Icmp"]),
    sources: fc.array(fc.constantFrom(...ranges), { minLength: 1, maxLength: 3 }),
    sourcePorts: fc.array(mostlyAny(portRanges), { minLength: 1, maxLength: 1 }),
    destinations: fc.array(mostlyAny(ranges), { minLength: 1, maxLength: 1 }),
    destinationPorts: fc.array(mostlyAny(portRanges), { minLength: 1, maxLength: 2 }),
    someMachines: fc.constant(false),
  }),
  // Azure has one rule a priority.
  { maxLength: 6, selector: ({ priority }) => priority },
);

const sameFamily = (one: string, other: string) => one.includes(":") === other.includes(":");

describe("what a network security group lets in", () => {
  it("is what one packet after the other gets through, by brute force", () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.constantFrom("Tcp", "Udp"), fc.constantFrom(...ports), (rules, protocol, port) => {
        const { sources } = whatIsLetIn(rules, protocol, port);
        const open = addresses.filter((source) =>
          addresses
            .filter((destination) => sameFamily(source, destination))
            .some((destination) =>
              ports.some((sourcePort) => isAllowed(rules, { source, sourcePort, destination, port, protocol })),
            ),
        );
        expect(addresses.filter((source) => contains(sources, addressAt(source) ?? -1n))).toEqual(open);
      }),
      { numRuns: 400 },
    );
  });

  const rule = (changes: Partial<SecurityRule>): SecurityRule => ({
    name: "rule",
    priority: 100,
    direction: "Inbound",
    access: "Allow",
    protocol: "*",
    sources: ["*"],
    sourcePorts: ["*"],
    destinations: ["*"],
    destinationPorts: ["*"],
    someMachines: false,
    ...changes,
  });

  it("is everything by one rule for everything, and nothing by none", () => {
    expect(whatIsLetIn([rule({})], "Tcp", 3389).sources).toEqual(EVERYWHERE);
    expect(whatIsLetIn([], "Tcp", 3389).sources).toEqual([]);
  });

  it("takes an Allow for some machines for open, and a Deny for some machines for no help", () => {
    expect(whatIsLetIn([rule({ someMachines: true, destinations: [] })], "Tcp", 3389).sources).toEqual(EVERYWHERE);
    const denied = rule({ someMachines: true, destinations: [], access: "Deny", priority: 50 });
    expect(whatIsLetIn([denied, rule({})], "Tcp", 3389).sources).toEqual(EVERYWHERE);
  });

  it("finds the source ports between two denied ranges", () => {
    const denied = ["0-1023", "1025-65535"].map((range, index) =>
      rule({ access: "Deny", priority: 50 + index, sourcePorts: [range] }),
    );
    expect(whatIsLetIn([...denied, rule({})], "Tcp", 3389).sources).toEqual(EVERYWHERE);
  });

  it("knows addresses in all their forms", () => {
    expect(addressAt("::ffff:203.0.113.7")).toBe(addressAt("::ffff:cb00:7107"));
    expect(addressAt("1:2:3:4:5:6:7:8")).toBe(0x00010002000300040005000600070008n);
    expect(addressAt("203.0.113.256")).toBeUndefined();
    expect(addressAt("fe80::1%eth0")).toBeUndefined();
    expect(union(ALL_IPV4, ALL_IPV4)).toEqual(ALL_IPV4);
  });
});
