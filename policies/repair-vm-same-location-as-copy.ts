import { quoted } from "./internal/problem";
import { textAt, textsAt, UNKNOWN, valueAt } from "./internal/properties";
import { eachInStack, type Rule, type StackResource } from "./internal/rule";
import { sameLocation } from "./internal/same-location";
import { REPAIR, scopeSchema } from "./internal/scope";

/** Azure attaches a disk only to a VM of its region and zone, and says so after everything else has been made. */
export const repairVmSameLocationAsCopy: Rule = {
  name: "repair-vm-same-location-as-copy",
  description: "A repair VM is in the region and zone of the disks that it works on.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: "Give the VM the location and the zones of the disk.",
  configSchema: { properties: { scope: scopeSchema } },
  validateStack: eachInStack(REPAIR, ["compute:VirtualMachine"], (vm, report) => {
    for (const disk of vm.sourcesOf("storageProfile").filter(({ type }) => type === "compute:Disk")) {
      if (sameLocation(vm, disk) === false) {
        report({
          property: "location",
          found: vm.properties.location,
          wanted: `that of its disk ${quoted(disk.name)}, ${quoted(disk.properties.location)}`,
          change: "Give the VM the location of the disk.",
        });
      }
      const [ofVm, ofDisk] = [zonesOf(vm), zonesOf(disk)];
      const isZoneRedundant = (textAt(disk.properties, "sku.name") ?? "").endsWith("_ZRS");
      if (ofVm !== UNKNOWN && ofDisk !== UNKNOWN && !isZoneRedundant && ofVm !== ofDisk) {
        report({
          property: "zones",
          found: valueAt(vm.properties, "zones"),
          wanted: `those of its disk ${quoted(disk.name)}, ${quoted(valueAt(disk.properties, "zones"))}`,
          change: "Give the VM the zone of the disk.",
        });
      }
    }
  }),
};

function zonesOf({ properties }: StackResource): string | typeof UNKNOWN {
  const zones = valueAt(properties, "zones");
  return zones === UNKNOWN || (Array.isArray(zones) && zones.includes(UNKNOWN))
    ? UNKNOWN
    : textsAt(properties, "zones").join();
}
