import * as pulumi from "@pulumi/pulumi";

import { readSourceVm } from "../../../components/internal/source-vm";
import { ANSWERS, answer, type Answers, SOURCE_DISK_ID, SOURCE_VM_ID, sourceDisk, sourceVm } from "../support/mocks";

const VM = "azure-native:compute:getVirtualMachine";
const DISK = "azure-native:compute:getDisk";

async function read(answers: Answers, text = "web-prod/web01") {
  await answer({ ...ANSWERS, ...answers });
  return readSourceVm("vm", text, new pulumi.ComponentResource("test:index:Owner", "owner"));
}

function vmWithOsDisk(changes: object): Answers {
  return {
    [VM]: () =>
      sourceVm({ storageProfile: { osDisk: { osType: "Windows", managedDisk: { id: SOURCE_DISK_ID }, ...changes } } }),
  };
}

describe("the broken VM", () => {
  it("is read by group and name, its disk from the group in which the disk lives", async () => {
    const asked: object[] = [];
    const note = (args: object, found: object) => {
      asked.push(args);
      return found;
    };

    const vm = await read({ [VM]: (args) => note(args, sourceVm()), [DISK]: (args) => note(args, sourceDisk()) });

    expect(asked).toEqual([
      { resourceGroupName: "web-prod", vmName: "web01" },
      { resourceGroupName: "disks-prod", diskName: "web01-os" },
    ]);
    expect(vm).toMatchObject({ id: SOURCE_VM_ID, name: "web01", imageSku: "2019-datacenter-gensecond" });
    expect(vm.osDisk).toMatchObject({
      id: SOURCE_DISK_ID,
      location: "westeurope",
      hyperVGeneration: "V2",
      sku: "Premium_LRS",
    });
  });

  it("may be named by resource id in any case", async () => {
    await expect(read({}, SOURCE_VM_ID.toUpperCase())).resolves.toMatchObject({ name: "WEB01" });
  });

  it.each<[string, Answers, string, string]>([
    ["is not there", { [VM]: fail("Code=ResourceNotFound") }, "web-prod/web01", "Azure knows none of this name"],
    [
      "may not be read",
      { [VM]: fail("Status=403\nAuthorizationFailed") },
      "web-prod/web01",
      "but Azure did not show it: .*403",
    ],
    [
      "is in another subscription",
      {},
      SOURCE_VM_ID.replace("001/", "002/"),
      "in the subscription that Pulumi works in",
    ],
    ["runs Linux", vmWithOsDisk({ osType: "Linux" }), "web-prod/web01", "name a Windows VM, .* runs Linux"],
    [
      "has an unmanaged disk",
      vmWithOsDisk({ managedDisk: undefined, vhd: { uri: "https://x" } }),
      "web-prod/web01",
      "managed OS disk, .* az vm convert",
    ],
    ["has an ephemeral disk", vmWithOsDisk({ diffDiskSettings: { option: "Local" } }), "web-prod/web01", "ephemeral"],
    [
      "is encrypted by dual pass",
      vmWithOsDisk({ encryptionSettings: { enabled: true } }),
      "web-prod/web01",
      "dual pass",
    ],
    [
      "is confidential",
      {
        [DISK]: () => sourceDisk({ securityProfile: { securityType: "ConfidentialVM_DiskEncryptedWithPlatformKey" } }),
      },
      "web-prod/web01",
      "confidential VM",
    ],
  ])("is refused when it %s, in one line without a stack", async (_name, answers, text, reason) => {
    const error: any = await read(answers, text).catch((refusal: unknown) => refusal);

    expect(error).toBeInstanceOf(pulumi.ResourceError);
    expect(error.message).toMatch(new RegExp(`^vm must [^\n]*${reason}[^\n]*$`));
    expect([error.hideStack, error.stack]).toEqual([true, ""]);
  });

  it("may be encrypted by single pass: its copy is attached from the creation of the repair VM on", async () => {
    const disk = sourceDisk({ encryptionSettingsCollection: { enabled: true } });

    await expect(read({ [DISK]: () => disk })).resolves.toMatchObject({ name: "web01" });
  });
});

function fail(message: string): () => never {
  return () => {
    // As gRPC gives it to the SDK.
    throw Object.assign(new Error(message), { details: message });
  };
}
