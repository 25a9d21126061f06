import { type Properties, textAt, textsAt, UNKNOWN, valueAt } from "./properties";
import type { SecurityRule } from "./security-rules";

/**
 * Reads a rule of a network security group from a resource's properties.
 *
 * `unknown` when a preview cannot tell what the rule matches.
 */
export function readSecurityRule(name: string, properties: Properties): SecurityRule | typeof UNKNOWN {
  if (holdsUnknown(properties)) {
    return UNKNOWN;
  }
  const both = (single: string, plural: string) => {
    const text = textAt(properties, single);
    return [...(text === undefined || text === "" ? [] : [text]), ...textsAt(properties, plural)];
  };
  const priority = valueAt(properties, "priority");
  const applicationGroups = valueAt(properties, "destinationApplicationSecurityGroups");
  return {
    name,
    priority: typeof priority === "number" ? priority : 0,
    direction: textAt(properties, "direction") ?? "",
    access: textAt(properties, "access") ?? "",
    protocol: textAt(properties, "protocol") ?? "",
    sources: both("sourceAddressPrefix", "sourceAddressPrefixes"),
    sourcePorts: both("sourcePortRange", "sourcePortRanges"),
    destinations: both("destinationAddressPrefix", "destinationAddressPrefixes"),
    destinationPorts: both("destinationPortRange", "destinationPortRanges"),
    someMachines: Array.isArray(applicationGroups) && applicationGroups.length > 0,
  };
}

const MATCHED_BY = [
  "priority",
  "direction",
  "access",
  "protocol",
  "sourceAddressPrefix",
  "sourceAddressPrefixes",
  "sourcePortRange",
  "sourcePortRanges",
  "destinationAddressPrefix",
  "destinationAddressPrefixes",
  "destinationPortRange",
  "destinationPortRanges",
];

function holdsUnknown(properties: Properties): boolean {
  return MATCHED_BY.some((property) => {
    const value = valueAt(properties, property);
    return value === UNKNOWN || (Array.isArray(value) && value.includes(UNKNOWN));
  });
}
