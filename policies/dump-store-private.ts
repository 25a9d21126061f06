import { mustBe } from "./internal/must-be";
import { eachResource, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly closedNetwork: boolean;
}

const DEFAULTS: Config = { scope: "repair", closedNetwork: false };

/** A crash dump holds what was in memory: passwords, keys, documents. Nobody may read it without being known. */
export const dumpStorePrivate: Rule = {
  name: "dump-store-private",
  description: "Nobody reads the store of crash dumps without signing in.",
  enforcementLevel: "mandatory",
  severity: "critical",
  remediationSteps:
    'Set allowBlobPublicAccess and allowCrossTenantReplication of the storage account to false, and publicAccess of its containers to "None".',
  configSchema: {
    properties: {
      scope: scopeSchema,
      closedNetwork: {
        type: "boolean",
        default: DEFAULTS.closedNetwork,
        description: "Whether the account must also refuse every network that it does not name.",
      },
    },
  },
  validateResource: eachResource(
    DEFAULTS,
    ["storage:StorageAccount", "storage:BlobContainer"],
    (resource, report, config) => {
      const only = (property: string, wanted: readonly unknown[], change: string) =>
        mustBe(resource, report, property, wanted, change);
      if (resource.type === "storage:BlobContainer") {
        only("publicAccess", ["None", undefined], 'Set publicAccess to "None".');
        return;
      }
      only("allowBlobPublicAccess", [false], "Set allowBlobPublicAccess to false.");
      // Another tenant's administrator could have the dumps copied to an account of theirs.
      only("allowCrossTenantReplication", [false], "Set allowCrossTenantReplication to false.");
      only("enableHttpsTrafficOnly", [true, undefined], "Leave enableHttpsTrafficOnly at true.");
      if (config.closedNetwork) {
        only(
          "networkRuleSet.defaultAction",
          ["Deny"],
          'Set networkRuleSet.defaultAction to "Deny" and name the networks.',
        );
      }
    },
  ),
};
