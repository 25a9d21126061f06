import type { RuleCases } from "../support/case";
import { account, disk, schedule, vm } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "a disk of 2020": [disk("disk", {}, { type: "compute/v20200930:Disk" })],
    "an account of a local package of 2019": [
      account("account", {}, { type: "azure-native_storage_v20190401:storage:StorageAccount" }),
    ],
    "an unmanaged disk": [vm("vm", { storageProfile: { osDisk: { vhd: { uri: "https://a/vhds/os.vhd" } } } })],
    "a classic storage account": [
      vm("vm", {
        diagnosticsProfile: {
          bootDiagnostics: {
            storageUri: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ClassicStorage/storageAccounts/a",
          },
        },
      }),
    ],
  },
  passed: {
    "no version": [disk(), vm()],
    "a new version": [disk("disk", {}, { type: "compute/v20240302:Disk" })],
    "a new version of a local package": [
      account("account", {}, { type: "azure-native_storage_v20240101:storage:StorageAccount" }),
    ],
    "a service without newer versions": [schedule("shutdown", {}, { type: "devtestlab/v20180915:GlobalSchedule" })],
    "a disk that has nothing to do with a repair": [
      disk("disk", { tags: {} }, { type: "compute/v20200930:Disk", component: null }),
    ],
  },
};
