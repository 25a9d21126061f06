import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

type Answer = Record<string, JavaScriptValue>;

const group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/broken";
const osDiskId = `${group}/providers/Microsoft.Compute/disks/vm-os`;

/** What Azure tells about the broken VM; the program reads nothing else before it declares its resources. */
const answers: Readonly<Record<string, Answer>> = {
  "azure-native:compute:getVirtualMachine": {
    id: `${group}/providers/Microsoft.Compute/virtualMachines/vm`,
    name: "vm",
    location: "westeurope",
    storageProfile: { osDisk: { osType: "Windows", createOption: "FromImage", managedDisk: { id: osDiskId } } },
  },
  "azure-native:compute:getDisk": {
    id: osDiskId,
    name: "vm-os",
    location: "westeurope",
    osType: "Windows",
    hyperVGeneration: "V2",
    sku: { name: "Premium_LRS", tier: "Premium" },
  },
  "azure-native:authorization:getClientConfig": {
    subscriptionId: "00000000-0000-0000-0000-000000000000",
    tenantId: "00000000-0000-0000-0000-000000000000",
  },
};

/** The answer to a function call of the program; the arguments themselves where the bench has none. */
export function answerInvoke(token: string, args: Answer): Answer {
  return answers[token] ?? args;
}
