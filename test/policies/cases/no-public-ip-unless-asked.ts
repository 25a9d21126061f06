import { type RuleCases } from "../support/case";
import { publicAddress, rdpRule, securityGroup, vm } from "../support/valid-args";

const closed = securityGroup("security-group", { securityRules: [] });
const inlineInterface = (ipConfiguration: object) =>
  vm("vm", {
    networkProfile: {
      networkInterfaceConfigurations: [
        { name: "primary", ipConfigurations: [{ name: "primary", ...ipConfiguration }] },
      ],
    },
  });

export const cases: RuleCases = {
  apart: true,
  stopped: {
    "an address where nobody may connect": [closed, publicAddress()],
    "an address where anybody may connect": [
      securityGroup("security-group", { securityRules: [rdpRule({ sourceAddressPrefix: "*" })] }),
      publicAddress(),
    ],
    "an address where somebody is kept out": [
      securityGroup("security-group", { securityRules: [rdpRule({ access: "Deny" })] }),
      publicAddress(),
    ],
    "an address that a VM makes for itself": [
      closed,
      inlineInterface({ publicIPAddressConfiguration: { name: "public" } }),
    ],
    "a basic address": [securityGroup(), publicAddress("public-address", { sku: { name: "Basic" } })],
  },
  passed: {
    "an address for those who are named": [securityGroup(), publicAddress()],
    "no address": [closed, inlineInterface({})],
    "an address that has nothing to do with a repair": [
      publicAddress("public-address", { tags: {} }, { component: null }),
    ],
    "an address for one who is named among others": [
      securityGroup("security-group", {
        securityRules: [rdpRule({ sourceAddressPrefix: undefined, sourceAddressPrefixes: ["198.51.100.0/24"] })],
      }),
      publicAddress(),
    ],
  },
};
