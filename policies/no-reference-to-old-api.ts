import { quoted } from "./internal/problem";
import { recordsAt, valueAt } from "./internal/properties";
import { eachResource, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly oldest: string;
}

const DEFAULTS: Config = { scope: "repair", oldest: "2022-01-01" };

/** The services whose properties the other rules judge. Others have not had a new version for longer. */
const MODULES = /^(compute|network|storage):/;

/**
 * An old API does not know publicNetworkAccess of disks, deleteOption of attachments or allowSharedKeyAccess of accounts:
 * the resource is made without them, and the program reads as if it were safe.
 */
export const noReferenceToOldApi: Rule = {
  name: "no-reference-to-old-api",
  description: "No resource is made by an old API version, as a classic resource, or with an unmanaged disk.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: "Import the resource from the module without a version, and use managed disks.",
  configSchema: {
    properties: {
      scope: scopeSchema,
      oldest: {
        type: "string",
        default: DEFAULTS.oldest,
        description: "Oldest API version that may be pinned, YYYY-MM-DD.",
      },
    },
  },
  validateResource: eachResource(DEFAULTS, [], (resource, report, config) => {
    const { type, apiVersion, properties } = resource;
    const { oldest } = config;
    if (apiVersion !== undefined && MODULES.test(type) && apiVersion < oldest) {
      report({
        property: "the API version",
        found: apiVersion,
        wanted: `${oldest} or newer`,
        change: `Import ${type.replace(/.*:/, "")} from the module without a version.`,
      });
    }
    const disks = [{ disk: valueAt(properties, "storageProfile.osDisk"), path: "osDisk" }].concat(
      recordsAt(properties, "storageProfile.dataDisks").map((disk, index) => ({ disk, path: `dataDisks[${index}]` })),
    );
    for (const { disk, path } of disks) {
      if (typeof disk === "object" && disk !== null && "vhd" in disk) {
        report({
          property: `storageProfile.${path}.vhd`,
          found: "an unmanaged disk",
          wanted: "left out",
          change: "Use managedDisk; Azure has retired unmanaged disks.",
        });
      }
    }
    for (const { path, text } of resource.texts()) {
      const classic = /\/providers\/(Microsoft\.Classic\w+)\//i.exec(text)?.[1];
      if (classic !== undefined) {
        report({
          property: path,
          found: quoted(classic),
          wanted: "a resource of Azure Resource Manager",
          change: "Name the Microsoft.Compute, Microsoft.Network or Microsoft.Storage resource that has replaced it.",
        });
      }
    }
  }),
};
