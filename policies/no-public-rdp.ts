import { intersection, sizeOf } from "./internal/address-set";
import { configHint, quoted } from "./internal/problem";
import { recordsAt, textAt, UNKNOWN } from "./internal/properties";
import { PUBLIC_ADDRESSES } from "./internal/public-addresses";
import { readSecurityRule } from "./internal/read-security-rule";
import type { Resource } from "./internal/resource";
import { eachInStack, eachResource, type Report, type Rule, type StackResource } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";
import { whatIsLetIn, type SecurityRule } from "./internal/security-rules";

interface Config extends ScopeConfig {
  readonly ports: readonly number[];
  readonly mostAddresses: number;
}

/** As many addresses as a large company's own range has, a /16; a site has as many subnets of IPv6. */
const DEFAULTS: Config = { scope: "all", ports: [3389], mostAddresses: 65_536 };

const GROUP = "network:NetworkSecurityGroup";
const RULE = "network:SecurityRule";

/** Machines with RDP open to the internet are found within minutes, and guessed at until they give way. */
export const noPublicRdp: Rule = {
  name: "no-public-rdp",
  description: "No network security group lets the internet in by RDP.",
  enforcementLevel: "mandatory",
  severity: "critical",
  remediationSteps:
    'Name the addresses that may connect, like "203.0.113.7/32", or let nobody in and connect through Azure Bastion.',
  configSchema: {
    properties: {
      scope: { ...scopeSchema, default: DEFAULTS.scope },
      ports: {
        type: "array",
        items: { type: "integer" },
        default: DEFAULTS.ports,
        description: "Ports at which RDP listens.",
      },
      mostAddresses: {
        type: "integer",
        default: DEFAULTS.mostAddresses,
        description: "Most public IPv4 addresses, or IPv6 subnets (/64), that may be let in.",
      },
    },
  },
  validateResource: eachResource(DEFAULTS, [GROUP], (group, report, config) =>
    judge(group, inlineRules(group), report, config),
  ),
  // A rule of its own may be overruled by one beside it, so such a group is judged when all are known.
  validateStack: eachInStack(DEFAULTS, [RULE], (rule, report, config, all) => {
    const group = groupOf(rule);
    const inline = group ? inlineRules(group) : [];
    const beside = group ? all.filter((other) => other.type === RULE && groupOf(other) === group) : [rule];
    const separate = beside.map((other) =>
      readSecurityRule(textAt(other.properties, "securityRuleName") ?? other.name, other.properties),
    );
    if (beside[0] === rule) {
      judge(rule, [...inline, ...separate], report, config);
    }
  }),
};

function groupOf(rule: StackResource): StackResource | undefined {
  return rule.sourcesOf("networkSecurityGroupName").find(({ type }) => type === GROUP);
}

function inlineRules({ properties }: Resource): (SecurityRule | typeof UNKNOWN)[] {
  return recordsAt(properties, "securityRules").map((rule) => readSecurityRule(textAt(rule, "name") ?? "", rule));
}

function judge(
  group: Resource,
  rules: readonly (SecurityRule | typeof UNKNOWN)[],
  report: Report,
  config: Config,
): void {
  const known = rules.filter((rule) => rule !== UNKNOWN);
  // What a preview does not know may overrule what it knows; the update will tell, before the group is made.
  if (known.length < rules.length) {
    return;
  }
  const most = BigInt(config.mostAddresses);
  for (const port of config.ports) {
    const letIn = ["Tcp", "Udp"].map((protocol) => whatIsLetIn(known, protocol, port));
    const open = letIn.find(({ sources }) => {
      const { ipv4, ipv6 } = sizeOf(intersection(sources, PUBLIC_ADDRESSES));
      return ipv4 > most || ipv6 > most << 64n;
    });
    if (open) {
      report({
        property: `securityRules (${open.rules.map(({ name, priority }) => `${quoted(name)} at priority ${priority}`).join(", ")})`,
        found: [...new Set(open.rules.flatMap(({ sources }) => sources))],
        wanted: `closed to the internet at port ${port}: open to at most ${most} public addresses`,
        change: `Name the addresses that connect, like "203.0.113.7/32", or connect through Azure Bastion.${configHint(group, "rdpSources")}`,
      });
    }
  }
}
