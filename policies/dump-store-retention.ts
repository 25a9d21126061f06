import { deletionDays } from "./internal/lifecycle";
import { quoted } from "./internal/problem";
import { recordsAt, textAt, textsAt, UNKNOWN, valueAt, type Properties } from "./internal/properties";
import { eachInStack, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly mostDays: number;
}

const DEFAULTS: Config = { scope: "repair", mostDays: 365 };

/** A dump outlives its stack on purpose. What holds other people's secrets must not outlive its use as well. */
export const dumpStoreRetention: Rule = {
  name: "dump-store-retention",
  description: "The store of crash dumps deletes them by itself after a set time.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: "Add a storage.ManagementPolicy with an enabled rule that deletes the blobs of the container.",
  configSchema: {
    properties: {
      scope: scopeSchema,
      mostDays: {
        type: "integer",
        minimum: 1,
        default: DEFAULTS.mostDays,
        description: "Most days that a dump may be kept.",
      },
    },
  },
  validateStack: eachInStack(DEFAULTS, ["storage:StorageAccount"], (account, report, config, all) => {
    const ofAccount = (type: string) =>
      all.filter((other) => other.type === type && other.sourcesOf("accountName").includes(account));
    const policies = ofAccount("storage:ManagementPolicy");
    if (policies.some(({ properties }) => valueAt(properties, "policy.rules") === UNKNOWN)) {
      return;
    }
    const { mostDays } = config;
    const rules = policies.flatMap(({ properties }) => recordsAt(properties, "policy.rules"));
    const containers = ofAccount("storage:BlobContainer").map(
      ({ properties, outputs }) => textAt(properties, "containerName") ?? textAt(outputs, "name"),
    );
    for (const container of containers) {
      const days = rules.filter((rule) => covers(rule, container)).flatMap(deletionDays);
      if (!days.some((count) => count === UNKNOWN || count <= mostDays)) {
        report({
          property: `the deletion of old blobs in the container ${quoted(container)}`,
          found: days[0] === undefined ? undefined : `after ${String(days[0])} days`,
          wanted: `an enabled lifecycle rule of at most ${mostDays} days`,
          change: "Add it to the account's storage.ManagementPolicy, or set retentionDays of the DumpStore.",
        });
      }
    }
  }),
};

/** Whether a rule deletes blobs of the container; one whose name a preview does not know may be any. */
function covers(rule: Properties, container: string | undefined): boolean {
  const prefixes = textsAt(rule, "definition.filters.prefixMatch");
  const blobTypes = textsAt(rule, "definition.filters.blobTypes");
  return (
    valueAt(rule, "enabled") !== false &&
    (blobTypes.length === 0 || blobTypes.includes("blockBlob")) &&
    (container === undefined || prefixes.length === 0 || prefixes.some((prefix) => `${container}/`.startsWith(prefix)))
  );
}
