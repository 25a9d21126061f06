import type { RuleCases } from "../support/case";
import { dataDisk, disk, vm } from "../support/valid-args";

const withDisk = { storageProfile: { dataDisks: [dataDisk()] } };

export const cases: RuleCases = {
  stopped: {
    "a VM in another region": [vm("vm", { ...withDisk, location: "northeurope" })],
    "a VM in another zone": [disk("disk", { zones: ["1"] }), vm("vm", { ...withDisk, zones: ["2"] })],
    "a VM without a zone for a disk in one": [disk("disk", { zones: ["1"] }), vm("vm", withDisk)],
    "a VM in a zone for a disk in none": [vm("vm", { ...withDisk, zones: ["1"] })],
  },
  passed: {
    "the same region": [vm("vm", withDisk)],
    "the same region, written otherwise": [vm("vm", { ...withDisk, location: "West Europe" })],
    "the same zone": [disk("disk", { zones: ["1"] }), vm("vm", { ...withDisk, zones: ["1"] })],
    "a disk that is in all zones": [
      disk("disk", { sku: { name: "StandardSSD_ZRS" } }),
      vm("vm", { ...withDisk, zones: ["3"] }),
    ],
  },
};
