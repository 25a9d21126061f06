import { mustBe } from "./internal/must-be";
import { quoted } from "./internal/problem";
import { eachInStack, eachResource, type Rule } from "./internal/rule";
import { sameLocation } from "./internal/same-location";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly allowIncremental: boolean;
}

const DEFAULTS: Config = { scope: "repair", allowIncremental: false };

/**
 * Across regions Azure copies incremental snapshots only, in the background: the snapshot is there before its bytes are,
 * and azure-native does not wait (https://github.com/hashicorp/terraform-provider-azurerm/issues/32832). Incremental ones
 * also share their limits with the owner's backups.
 */
export const osDiskCopyNotIncrementalAcrossRegions: Rule = {
  name: "os-disk-copy-not-incremental-across-regions",
  description: "The snapshot of a broken disk is a full one, and the copy is made in its region.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: 'Take the snapshot with createOption "Copy" and incremental: false, in the region of the disk.',
  configSchema: {
    properties: {
      scope: scopeSchema,
      allowIncremental: {
        type: "boolean",
        default: DEFAULTS.allowIncremental,
        description: "Whether a snapshot may be incremental, as long as it stays in its region.",
      },
    },
  },
  validateResource: eachResource(DEFAULTS, ["compute:Snapshot"], (snapshot, report, config) => {
    mustBe(
      snapshot,
      report,
      "creationData.createOption",
      ["Copy", "Import", "Upload"],
      'Set createOption to "Copy", in the region of the disk; repair there.',
    );
    if (!config.allowIncremental) {
      mustBe(snapshot, report, "incremental", [false, undefined], "Set incremental to false.");
    }
  }),
  validateStack: eachInStack(DEFAULTS, ["compute:Disk"], (disk, report) => {
    for (const snapshot of disk.sourcesOf("creationData").filter(({ type }) => type === "compute:Snapshot")) {
      if (sameLocation(disk, snapshot) === false) {
        report({
          property: "location",
          found: disk.properties.location,
          wanted: `that of its snapshot ${quoted(snapshot.name)}, ${quoted(snapshot.properties.location)}`,
          change: "Make the disk in the region of the snapshot.",
        });
      }
    }
  }),
};
