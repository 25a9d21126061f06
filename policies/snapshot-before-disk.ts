import { recordsAt, textAt } from "./internal/properties";
import { parseResourceId } from "./internal/resource-id";
import { eachInStack, eachResource, type Report, type Rule } from "./internal/rule";
import { REPAIR, scopeSchema } from "./internal/scope";

const COPIES = ["Copy", "CopyStart"];
const CHANGE = "Make a snapshot of the disk first, and give its id as sourceResourceId.";
const WANTED = "the id of a snapshot";

/**
 * A disk copied while its VM runs is a state that never was, and cannot be had again. A snapshot is one moment, and
 * stays the same for the next copy.
 */
export const snapshotBeforeDisk: Rule = {
  name: "snapshot-before-disk",
  description: "A copy of a disk is made from a snapshot, never from the disk itself.",
  enforcementLevel: "mandatory",
  severity: "high",
  remediationSteps: CHANGE,
  configSchema: { properties: { scope: scopeSchema } },
  validateResource: eachResource(REPAIR, ["compute:Disk", "compute:VirtualMachine"], (resource, report) => {
    if (
      resource.type === "compute:Disk" &&
      COPIES.includes(textAt(resource.properties, "creationData.createOption") ?? "")
    ) {
      judge("creationData.sourceResourceId", textAt(resource.properties, "creationData.sourceResourceId"), report);
    }
    // A VM can also make its data disks itself.
    recordsAt(resource.properties, "storageProfile.dataDisks").forEach((disk, index) => {
      if (COPIES.includes(textAt(disk, "createOption") ?? "")) {
        judge(`storageProfile.dataDisks[${index}].sourceResource.id`, textAt(disk, "sourceResource.id"), report);
      }
    });
  }),
  // In a preview the id of what is yet to be made is unknown, but not where it comes from.
  validateStack: eachInStack(REPAIR, ["compute:Disk"], (disk, report) => {
    const { properties } = disk;
    const isKnown = textAt(properties, "creationData.sourceResourceId") !== undefined;
    const sources = disk.sourcesOf("creationData").map(({ type }) => type);
    const isDirect = sources.includes("compute:Disk") && !sources.includes("compute:Snapshot");
    if (COPIES.includes(textAt(properties, "creationData.createOption") ?? "") && !isKnown && isDirect) {
      report({
        property: "creationData.sourceResourceId",
        found: "id of a compute:Disk",
        wanted: WANTED,
        change: CHANGE,
      });
    }
  }),
};

function judge(property: string, id: string | undefined, report: Report): void {
  if (id !== undefined && parseResourceId(id)?.type === "microsoft.compute/disks") {
    report({ property, found: id, wanted: WANTED, change: CHANGE });
  }
}
