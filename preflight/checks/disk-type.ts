import { defineCheck, ok, stop } from "../check";

/** Kinds of disks of which Azure takes incremental snapshots only, filled in the background (learn: disks-incremental-snapshots). */
const INCREMENTAL_ONLY = ["UltraSSD_LRS", "PremiumV2_LRS"];

/** The OS disk is of a kind that a full snapshot can be taken of. */
export const DISK_TYPE = defineCheck({
  id: "disk-type",
  needs: ["osDisk"],
  judge({ osDisk }) {
    const sku = osDisk?.sku?.name;
    if (osDisk === null) {
      return undefined;
    }
    return sku !== undefined && INCREMENTAL_ONLY.includes(sku)
      ? stop(
          "not lead to an ultra disk or a Premium SSD v2",
          `the OS disk is ${sku}, of which Azure takes no full snapshot`,
          "take an incremental snapshot by hand (az snapshot create --incremental true), wait until its completionPercent " +
            "is 100, and read it with azure-repair-kit inspect, or make a Premium_LRS disk from it and copy that",
        )
      : ok(`a full snapshot can be taken of ${sku ?? "this disk"}`);
  },
});
