import { defineCheck, ok, stop } from "../check";
import type { ManagedDisk, Usage } from "../facts";

/** Counters of Compute's usages by kind of disk. The snapshot is Standard_LRS, the repair VM's own disk StandardSSD_LRS. */
const DISK_COUNTERS: Readonly<Record<string, string>> = {
  Premium: "PremiumDiskCount",
  StandardSSD: "StandardSSDDiskCount",
  Standard: "StandardDiskCount",
};

const SNAPSHOT: ReadonlyMap<string, number> = new Map([["StandardSnapshotCount", 1]]);

/** There is room for the snapshot, the copy and the repair VM's own disk (learn: azure-subscription-service-limits). */
export const DISK_QUOTA = defineCheck({
  id: "disk-quota",
  needs: ["usages", "osDisk"],
  judge({ usages, osDisk }, { extractFromSnapshot = false }) {
    if (osDisk === null) {
      return undefined;
    }
    const needed = extractFromSnapshot ? SNAPSHOT : new Map([...SNAPSHOT, ...disksOf(osDisk)]);
    const counts = usages.filter(({ name }) => needed.has(name));
    const short = counts.filter(({ name, used, limit }) => limit - used < (needed.get(name) ?? 0));
    return short.length > 0
      ? stop(
          "fit into the quota",
          `${short.map(describe).join("; ")}, and the kit makes ${extractFromSnapshot ? "a snapshot" : "a snapshot, a copy and a disk for the repair VM"}`,
          `delete what nobody needs (az snapshot list --output table), or ask for more in the portal: Quotas, Compute, ${osDisk.location}`,
        )
      : ok(counts.length === 0 ? "Azure tells no limit of snapshots and disks" : counts.map(describe).join("; "));
  },
});

/** The copy, and the repair VM's own disk. */
function disksOf({ sku }: ManagedDisk): Map<string, number> {
  const needed = new Map([["StandardSSDDiskCount", 1]]);
  const counter = DISK_COUNTERS[sku?.name?.split("_")[0] ?? ""];
  if (counter !== undefined) {
    needed.set(counter, (needed.get(counter) ?? 0) + 1);
  }
  return needed;
}

function describe({ title, used, limit }: Usage): string {
  return `${title}: ${used} of ${limit} used`;
}
