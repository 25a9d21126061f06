import { type Declared, ref, type RuleCases } from "../support/case";
import { rdpRule, securityGroup } from "../support/valid-args";

const withRules = (...securityRules: object[]) => [securityGroup("security-group", { securityRules })];
const from = (source: string | string[], changes: object = {}) =>
  rdpRule(
    typeof source === "string"
      ? { sourceAddressPrefix: source, ...changes }
      : { sourceAddressPrefix: undefined, sourceAddressPrefixes: source, ...changes },
  );
const deny = (source: string, changes: object = {}) =>
  from(source, { name: "deny-rdp", access: "Deny", priority: 90, ...changes });
const separate = (name: string, rule: object): Declared => ({
  type: "network:SecurityRule",
  name,
  inputs: {
    ...rule,
    name: undefined,
    securityRuleName: name,
    resourceGroupName: ref("group", "name"),
    networkSecurityGroupName: ref("security-group", "name"),
  },
});

export const cases: RuleCases = {
  stopped: {
    "any source": withRules(from("*")),
    "all of IPv4": withRules(from("0.0.0.0/0")),
    "the tag Internet, in small letters": withRules(from("internet")),
    "the two halves of IPv4, by two rules": withRules(
      from("0.0.0.0/1"),
      from("128.0.0.0/1", { name: "the-rest", priority: 200 }),
    ),
    "the four quarters in one list": withRules(from(["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"])),
    "all of IPv6": withRules(from("::/0")),
    "every machine in Azure": withRules(from("AzureCloud.westeurope")),
    "a port range that has RDP in it": withRules(from("*", { destinationPortRange: "3000-4000" })),
    "a list of ports": withRules(
      from("*", { destinationPortRange: undefined, destinationPortRanges: ["22", "3389-3389"] }),
    ),
    "any port, any protocol": withRules(from("*", { destinationPortRange: "*", protocol: "*" })),
    UDP: withRules(from("*", { protocol: "Udp" })),
    "a Deny that comes too late": withRules(from("*"), deny("*", { priority: 200 })),
    "a Deny for half of it": withRules(from("*"), deny("0.0.0.0/1")),
    "a Deny for another machine": withRules(from("*"), deny("*", { destinationAddressPrefix: "10.0.0.9" })),
    "a rule of its own": [securityGroup("security-group", { securityRules: [] }), separate("open", from("*"))],
    "a group that has nothing to do with a repair": [
      securityGroup("security-group", { securityRules: [from("*")], tags: {} }, { component: null }),
    ],
  },
  passed: {
    "one address": withRules(from("203.0.113.7/32")),
    "no rule at all": withRules(),
    "private networks": withRules(from(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"])),
    "the network itself": withRules(from("VirtualNetwork")),
    "another port": withRules(from("*", { destinationPortRange: "443" })),
    outwards: withRules(from("*", { direction: "Outbound" })),
    "another protocol": withRules(from("*", { protocol: "Icmp" })),
    "a Deny before it": withRules(from("*"), deny("Internet")),
    "a Deny before it, for a range of ports": withRules(from("*"), deny("*", { destinationPortRange: "3000-4000" })),
    "a rule of its own, closed by another one": [
      securityGroup("security-group", { securityRules: [deny("*")] }),
      separate("open", from("*")),
    ],
  },
};
