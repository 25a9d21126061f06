import type { RuleCases } from "../support/case";
import { disk, snapshot } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "a copy that anyone may export": [disk("disk", { networkAccessPolicy: "AllowAll" })],
    "a copy left to Azure": [disk("disk", { networkAccessPolicy: undefined })],
    "a copy open to public networks": [disk("disk", { publicNetworkAccess: "Enabled" })],
    "a snapshot left to Azure": [snapshot("snapshot", { networkAccessPolicy: undefined })],
  },
  passed: {
    "a closed copy": [disk()],
    "a copy behind a private link": [
      disk("disk", { networkAccessPolicy: "AllowPrivate", diskAccessId: "/subscriptions/s/x" }),
    ],
    "a snapshot that says that it may be exported": [snapshot()],
    "a disk that has nothing to do with a repair": [
      disk("disk", { networkAccessPolicy: undefined, tags: {} }, { component: null }),
    ],
  },
};
