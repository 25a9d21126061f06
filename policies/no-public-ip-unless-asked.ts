import { mustBe } from "./internal/must-be";
import { configHint } from "./internal/problem";
import { recordsAt, textAt, UNKNOWN, valueAt } from "./internal/properties";
import { readSecurityRule } from "./internal/read-security-rule";
import { eachInStack, eachResource, type Rule, type StackResource } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly allowed: boolean;
}

const DEFAULTS: Config = { scope: "repair", allowed: false };

const CHANGE =
  "Name the addresses that may connect, or leave the public address out and connect through Azure Bastion.";

/** A public address that nobody may connect to is found all the same. It is made for those who said from where they come. */
export const noPublicIpUnlessAsked: Rule = {
  name: "no-public-ip-unless-asked",
  description: "A repair VM has a public address only where somebody has named the addresses that may connect.",
  enforcementLevel: "mandatory",
  severity: "high",
  remediationSteps: CHANGE,
  configSchema: {
    properties: {
      scope: scopeSchema,
      allowed: {
        type: "boolean",
        default: DEFAULTS.allowed,
        description: "Whether public addresses are allowed without that.",
      },
    },
  },
  // A basic address is open to everyone where no security group closes it; a standard one is closed.
  validateResource: eachResource(DEFAULTS, ["network:PublicIPAddress"], (address, report) =>
    mustBe(address, report, "sku.name", ["Standard", "StandardV2"], 'Set sku.name to "Standard".'),
  ),
  validateStack: eachInStack(
    DEFAULTS,
    ["network:PublicIPAddress", "compute:VirtualMachine"],
    (resource, report, config, all) => {
      const addresses = publicAddressesOf(resource);
      const isAsked = config.allowed || all.some((group) => group.parent === resource.parent && asks(group));
      if (addresses !== undefined && !isAsked) {
        report({
          property: addresses,
          found: "made",
          wanted: "left out: no network security group beside it lets named addresses in",
          change: `${CHANGE}${configHint(resource, "rdpSources")}`,
        });
      }
    },
  ),
};

/** What makes a public address: the resource itself, or the interfaces that a VM makes for itself. */
function publicAddressesOf({ type, properties }: StackResource): string | undefined {
  if (type === "network:PublicIPAddress") {
    return "the public address";
  }
  const made = recordsAt(properties, "networkProfile.networkInterfaceConfigurations")
    .flatMap((configuration) => recordsAt(configuration, "ipConfigurations"))
    .some((configuration) => valueAt(configuration, "publicIPAddressConfiguration") !== undefined);
  return made
    ? "networkProfile.networkInterfaceConfigurations[].ipConfigurations[].publicIPAddressConfiguration"
    : undefined;
}

/** Whether a security group, or a rule of one, lets in addresses that somebody named. */
function asks({ type, properties }: StackResource): boolean {
  const inline = type === "network:NetworkSecurityGroup" ? recordsAt(properties, "securityRules") : [];
  const rules = type === "network:SecurityRule" ? [properties] : inline;
  return rules.some((properties) => {
    const rule = readSecurityRule(textAt(properties, "name") ?? "", properties);
    return (
      rule === UNKNOWN ||
      (rule.direction.toLowerCase() === "inbound" &&
        rule.access.toLowerCase() === "allow" &&
        rule.sources.some((source) => /\d/.test(source) && !source.endsWith("/0")))
    );
  });
}
