import type { JsonObject } from "../json";

/** Plural forms are empty arrays in every rule (azure-arm.md 3.6). */
export const NO_PLURALS: JsonObject = {
  sourcePortRanges: [],
  destinationPortRanges: [],
  sourceAddressPrefixes: [],
  destinationAddressPrefixes: [],
};

/** A rule that every network security group has. */
export interface DefaultSecurityRule {
  readonly name: string;
  readonly properties: JsonObject;
}

/** The six default rules, priorities as recorded (azure-arm.md 3.6). */
export const DEFAULT_SECURITY_RULES: readonly DefaultSecurityRule[] = [
  rule(
    "AllowVnetInBound",
    "Inbound",
    65_000,
    "Allow",
    "VirtualNetwork",
    "VirtualNetwork",
    "Allow inbound traffic from all VMs in VNET",
  ),
  rule(
    "AllowAzureLoadBalancerInBound",
    "Inbound",
    65_001,
    "Allow",
    "AzureLoadBalancer",
    "*",
    "Allow inbound traffic from azure load balancer",
  ),
  rule("DenyAllInBound", "Inbound", 65_500, "Deny", "*", "*", "Deny all inbound traffic"),
  rule(
    "AllowVnetOutBound",
    "Outbound",
    65_000,
    "Allow",
    "VirtualNetwork",
    "VirtualNetwork",
    "Allow outbound traffic from all VMs to all VMs in VNET",
  ),
  rule(
    "AllowInternetOutBound",
    "Outbound",
    65_001,
    "Allow",
    "*",
    "Internet",
    "Allow outbound traffic from all VMs to Internet",
  ),
  rule("DenyAllOutBound", "Outbound", 65_500, "Deny", "*", "*", "Deny all outbound traffic"),
];

function rule(
  name: string,
  direction: string,
  priority: number,
  access: string,
  sourceAddressPrefix: string,
  destinationAddressPrefix: string,
  description: string,
): DefaultSecurityRule {
  return {
    name,
    properties: {
      description,
      protocol: "*",
      sourcePortRange: "*",
      destinationPortRange: "*",
      sourceAddressPrefix,
      destinationAddressPrefix,
      access,
      priority,
      direction,
      ...NO_PLURALS,
    },
  };
}
