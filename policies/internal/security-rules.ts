import {
  ALL_IPV4,
  ALL_IPV6,
  addressesOf,
  type AddressSet,
  contains,
  EVERYWHERE,
  intersection,
  NOWHERE,
  union,
  without,
} from "./address-set";
import { PUBLIC_ADDRESSES } from "./public-addresses";

/** A rule of a network security group, as Azure has it. Words are compared without case. */
export interface SecurityRule {
  readonly name: string;
  /** 100 to 4096; the lowest that matches decides. */
  readonly priority: number;
  readonly direction: string;
  readonly access: string;
  /** `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` or `*`. */
  readonly protocol: string;
  /** Addresses, ranges in CIDR form, service tags or `*`. */
  readonly sources: readonly string[];
  /** Ports like `3389`, `3000-4000` or `*`. */
  readonly sourcePorts: readonly string[];
  readonly destinations: readonly string[];
  readonly destinationPorts: readonly string[];
  /** Whether the destination is an application security group: some of the machines, nobody knows here which. */
  readonly someMachines: boolean;
}

/** What a group lets in, and by which rules. */
export interface LetIn {
  readonly sources: AddressSet;
  readonly rules: readonly SecurityRule[];
}

/**
 * The sources from which a packet to this port gets to at least one machine behind the group.
 *
 * Rules are gone through by priority until one matches, as Azure does
 * (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview); Azure's own rules at the end let
 * nothing in from outside. Where a rule names what cannot be known here, an Allow is taken to match and a Deny not to.
 *
 * @param protocol `Tcp` or `Udp`
 */
export function whatIsLetIn(rules: readonly SecurityRule[], protocol: string, port: number): LetIn {
  const relevant = rules
    .filter(
      (rule) =>
        same(rule.direction, "Inbound") &&
        (rule.protocol === "*" || same(rule.protocol, protocol)) &&
        rule.destinationPorts.some((range) => includesPort(range, port)),
    )
    .sort((one, other) => one.priority - other.priority || (same(one.access, "Allow") ? -1 : 1));
  const found = sourcePortsToTry(relevant).flatMap((sourcePort) =>
    destinationsToTry(relevant).map((destination) => walk(relevant, sourcePort, destination)),
  );
  return {
    sources: union(...found.map(({ sources }) => sources)),
    rules: relevant.filter((rule) => found.some((letIn) => letIn.rules.includes(rule))),
  };
}

function walk(rules: readonly SecurityRule[], sourcePort: number, destination: bigint): LetIn {
  let undecided = contains(ALL_IPV4, destination) ? ALL_IPV4 : ALL_IPV6;
  let allowed = NOWHERE;
  const by: SecurityRule[] = [];
  for (const rule of rules) {
    if (!rule.sourcePorts.some((range) => includesPort(range, sourcePort)) || !goesTo(rule, destination)) {
      continue;
    }
    const matched = intersection(undecided, sourcesOf(rule));
    undecided = without(undecided, matched);
    if (same(rule.access, "Allow") && matched.length > 0) {
      allowed = union(allowed, matched);
      by.push(rule);
    }
  }
  return { sources: allowed, rules: by };
}

function sourcesOf(rule: SecurityRule): AddressSet {
  return union(...rule.sources.map((source) => addressesOfSource(source, same(rule.access, "Allow"))));
}

function addressesOfSource(source: string, isAllow: boolean): AddressSet {
  if (source === "*" || same(source, "Any")) {
    return EVERYWHERE;
  }
  if (same(source, "Internet")) {
    return PUBLIC_ADDRESSES;
  }
  // Everybody's machines in Azure, of all regions or one: as open as the internet, though not all of it.
  if (/^AzureCloud(\.|$)/i.test(source)) {
    return isAllow ? PUBLIC_ADDRESSES : NOWHERE;
  }
  // The other tags stand for the network itself or for services of Microsoft's.
  return addressesOf(source) ?? NOWHERE;
}

function goesTo(rule: SecurityRule, destination: bigint): boolean {
  if (rule.someMachines) {
    return same(rule.access, "Allow");
  }
  return rule.destinations.some((text) => {
    // A packet that gets here goes to an address of the network.
    if (text === "*" || same(text, "Any") || same(text, "VirtualNetwork")) {
      return true;
    }
    return contains(addressesOf(text) ?? NOWHERE, destination);
  });
}

/** One address of each kind: within a kind, every rule says the same. */
function destinationsToTry(rules: readonly SecurityRule[]): readonly bigint[] {
  const named = rules.flatMap(({ destinations }) => destinations.flatMap((text) => addressesOf(text) ?? []));
  const edges = [...ALL_IPV4, ...ALL_IPV6].map(({ first }) => first);
  const candidates = new Set([...edges, ...named.flatMap(({ first, last }) => [first, last + 1n])]);
  return [...candidates].filter((address) => contains(EVERYWHERE, address));
}

function sourcePortsToTry(rules: readonly SecurityRule[]): readonly number[] {
  const starts = rules.flatMap(({ sourcePorts }) => sourcePorts.flatMap((range) => portsOf(range)?.map(Number) ?? []));
  const candidates = new Set([0, ...starts.flatMap((port) => [port, port + 1])]);
  return [...candidates].filter((port) => port <= 65535);
}

function includesPort(range: string, port: number): boolean {
  const [first, last] = portsOf(range) ?? [];
  return first !== undefined && last !== undefined && first <= port && port <= last;
}

function portsOf(range: string): readonly [number, number] | undefined {
  if (range === "*") {
    return [0, 65535];
  }
  const [match, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range.trim()) ?? [];
  return match === undefined ? undefined : [Number(first), Number(last ?? first)];
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
