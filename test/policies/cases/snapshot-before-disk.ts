import type { RuleCases } from "../support/case";
import { ref } from "../support/case";
import { dataDisk, disk, diskId, vm } from "../support/valid-args";

const from = (sourceResourceId: unknown, createOption = "Copy") => ({
  creationData: { createOption, sourceResourceId },
});

export const cases: RuleCases = {
  stopped: {
    "a disk copied from the broken disk": [disk("copy", from(diskId("web-os")))],
    "a disk copied from another copy of this stack": [disk("copy", from(ref("disk")))],
    "an id in other letters": [
      disk("copy", from(diskId("web-os").toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions"))),
    ],
    "a data disk that the VM copies from the broken disk": [
      vm("vm", {
        storageProfile: {
          dataDisks: [
            dataDisk({ createOption: "Copy", managedDisk: undefined, sourceResource: { id: diskId("web-os") } }),
          ],
        },
      }),
    ],
  },
  passed: {
    "a disk from a snapshot of this stack": [disk("copy", from(ref("snapshot")))],
    "a disk from a snapshot that exists already": [
      disk("copy", from(diskId("web-os").replace("/disks/", "/snapshots/"))),
    ],
    "an empty disk": [disk("copy", from(undefined, "Empty"))],
    "a disk that has nothing to do with a repair": [
      disk("copy", { ...from(diskId("web-os")), tags: {} }, { component: null }),
    ],
  },
};
