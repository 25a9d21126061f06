import type { RuleCases } from "../support/case";
import { disk, diskId, snapshot } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "an incremental snapshot": [snapshot("snapshot", { incremental: true })],
    "a snapshot copied from another region": [
      snapshot("snapshot", { creationData: { createOption: "CopyStart", sourceResourceId: diskId("web-os") } }),
    ],
    "a disk in another region than its snapshot": [disk("disk", { location: "northeurope" })],
  },
  passed: {
    "a full snapshot": [snapshot()],
    "a snapshot that leaves it to Azure, which makes a full one": [snapshot("snapshot", { incremental: undefined })],
    "a disk in its snapshot's region, written otherwise": [disk("disk", { location: "West Europe" })],
  },
};
