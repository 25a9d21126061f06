import type { RuleCases } from "../support/case";
import {
  account,
  dataDisk,
  disk,
  diskId,
  group,
  role,
  roleDefinition,
  runCommand,
  schedule,
  snapshot,
  vm,
  vmId,
} from "../support/valid-args";

const outside = { component: null };
const sourceOf = (name: string) => ({ creationData: { createOption: "Copy", sourceResourceId: diskId(name) } });
const tagged = (name: string) => ({ tags: { "created-by": "azure-repair-kit", "repair-of": `production/${name}` } });

export const cases: RuleCases = {
  stopped: {
    "a run command on the broken VM": [
      group("group", tagged("web11")),
      runCommand("run-command", { resourceGroupName: "production", vmName: "WEB11" }, outside),
    ],
    "a run command that came before what tells of the broken VM": [
      runCommand("run-command", { resourceGroupName: "Production", vmName: "web12", tags: {} }, outside),
      group("group", tagged("web12")),
    ],
    "the kit's own resource in a group that the stack does not make": [
      runCommand("run-command", { resourceGroupName: "production", vmName: "anything" }),
    ],
    "the source disk itself attached": [
      snapshot("snapshot", sourceOf("web13-os")),
      vm("vm", { storageProfile: { dataDisks: [dataDisk({ managedDisk: { id: diskId("web13-os") } })] } }),
    ],
    "a disk of somebody else's attached": [
      vm("vm", { storageProfile: { dataDisks: [dataDisk({ managedDisk: { id: diskId("tools", "shared") } })] } }),
    ],
    "a repair VM that starts from a disk of somebody else's": [
      vm("vm", { storageProfile: { osDisk: { createOption: "Attach", managedDisk: { id: diskId("other") } } } }),
    ],
    "a shutdown schedule for the broken VM": [
      group("group", tagged("web14")),
      schedule("shutdown", { targetResourceId: vmId("web14") }, outside),
    ],
    "the disk of the broken VM declared": [
      snapshot("snapshot", sourceOf("web15-os")),
      disk("disk", { resourceGroupName: "production", diskName: "web15-os", tags: {} }, outside),
    ],
    "a role on the broken VM's group": [
      role("role", {
        scope: "/subscriptions/s/resourceGroups/production/providers/Microsoft.Compute/virtualMachines/web16",
      }),
    ],
    "an attachment of the older provider to the broken VM": [
      group("group", tagged("web17")),
      {
        type: "azure:compute/dataDiskAttachment:DataDiskAttachment",
        name: "attachment",
        inputs: { virtualMachineId: vmId("web17"), managedDiskId: diskId("copy"), lun: 0 },
        component: null,
      },
    ],
  },
  passed: {
    "a copy attached, in a group of the stack": [
      snapshot("snapshot", { ...sourceOf("web21-os"), ...tagged("web21") }),
      vm("vm", { ...tagged("web21"), storageProfile: { dataDisks: [dataDisk()] } }),
      runCommand(),
    ],
    "a role on a container that exists already": [
      role("role", {
        scope:
          "/subscriptions/s/resourceGroups/evidence/providers/Microsoft.Storage/storageAccounts/a/blobServices/default/containers/dumps",
        roleDefinitionId: roleDefinition("ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
      }),
    ],
    "a VM of the user's own beside the repair": [
      group("group", tagged("web22")),
      vm("vm", { resourceGroupName: "production", vmName: "web23", tags: {} }, { component: null }),
      account("account", { resourceGroupName: "production", tags: {} }, { component: null }),
    ],
    "an empty data disk, and one from an image": [
      vm("vm", {
        storageProfile: {
          dataDisks: [
            dataDisk({ createOption: "Empty", managedDisk: undefined }),
            dataDisk({ lun: 1, createOption: "FromImage", managedDisk: undefined }),
          ],
        },
      }),
    ],
  },
};
