import type { RuleCases } from "../support/case";
import { dataDisk, vm } from "../support/valid-args";

const withDisks = (...dataDisks: object[]) => vm("vm", { storageProfile: { dataDisks } });

export const cases: RuleCases = {
  stopped: {
    "no caching": [withDisks(dataDisk({ caching: undefined }))],
    "no LUN": [withDisks(dataDisk({ lun: undefined }))],
    "a second disk without a name": [withDisks(dataDisk(), dataDisk({ lun: 1, name: undefined }))],
    "an attached disk that is deleted with the VM": [withDisks(dataDisk({ deleteOption: "Delete" }))],
  },
  passed: {
    "every field": [withDisks(dataDisk())],
    "no data disk": [vm()],
    "a new disk that is deleted with the VM": [
      withDisks(dataDisk({ createOption: "Empty", managedDisk: undefined, deleteOption: "Delete" })),
    ],
  },
};
