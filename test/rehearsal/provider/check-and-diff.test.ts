import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";

import { startAzureNative, type AzureNativeWithArm } from "./azure-native-with-arm";
import type { FakeArm } from "./fake-arm";
import type { ProviderPlugin } from "./provider-plugin";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const DISK = "azure-native:compute:Disk";
const MACHINE = "azure-native:compute:VirtualMachine";
const ACCOUNT = "azure-native:storage:StorageAccount";
const ROLE = "azure-native:authorization:RoleAssignment";

let running: AzureNativeWithArm;
let arm: FakeArm;
let plugin: ProviderPlugin;

beforeAll(async () => {
  running = await startAzureNative();
  ({ arm, plugin } = running);
  arm.resources.set(arm.path("/resourcegroups/rescue").toLowerCase(), { name: "rescue", location: "westeurope" });
});

afterAll(() => running.stop());

beforeEach(() => void arm.taken());

const disk = { resourceGroupName: "rescue", creationData: { createOption: "Empty" } };

describe("check", () => {
  it("names a resource after its logical name and takes the location of the resource group", async () => {
    const { inputs, failures } = await plugin.check(DISK, disk);

    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      ...disk,
      diskName: expect.stringMatching(/^logical[0-9a-f]{8}$/),
      location: "westeurope",
      azureApiVersion: "2024-03-02",
      __createBeforeDelete: true,
    });
    expect(arm.taken()).toEqual(["GET /resourcegroups/rescue?api-version=2020-10-01"]);
  });

  it("gives the same name for the same seed, and asks for a location once", async () => {
    const first = await plugin.check(DISK, disk);
    const second = await plugin.check(DISK, disk);

    expect(second.inputs).toEqual(first.inputs);
    expect(arm.taken()).toEqual([]);
  });

  it("keeps the name that a resource has", async () => {
    const olds = { ...disk, diskName: "logical00000000", location: "northeurope", __createBeforeDelete: true };
    const { inputs } = await plugin.check(DISK, disk, olds);

    expect(inputs).toMatchObject({ diskName: "logical00000000", location: "northeurope", __createBeforeDelete: true });
  });

  it("leaves a given name and location alone", async () => {
    const { inputs } = await plugin.check(DISK, { ...disk, diskName: "copy", location: "East US" });

    expect(inputs).toMatchObject({ diskName: "copy", location: "East US" });
    expect(inputs).not.toHaveProperty("__createBeforeDelete");
  });

  it("names role assignments by a GUID", async () => {
    const { inputs } = await plugin.check(ROLE, { scope: "/x", principalId: "p", roleDefinitionId: "/r" });

    expect(inputs.roleAssignmentName).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(inputs).not.toHaveProperty("location");
  });

  it.each([
    ["propose", CheckRequest.AutonamingOptions.Mode.PROPOSE, "proposed"],
    ["enforce", CheckRequest.AutonamingOptions.Mode.ENFORCE, "proposed"],
    ["disable", CheckRequest.AutonamingOptions.Mode.DISABLE, undefined],
  ] as const)("follows the project's way of naming: %s", async (_title, mode, expected) => {
    const { inputs, failures } = await plugin.check(DISK, disk, undefined, (request) =>
      request.setAutonaming(new CheckRequest.AutonamingOptions().setMode(mode).setProposedName("proposed")),
    );

    expect(inputs.diskName).toBe(expected);
    expect(failures).toEqual(expected === undefined ? ["missing required property 'diskName'"] : []);
  });

  it("leaves what is not known yet alone, however deep it is", async () => {
    const news = {
      resourceGroupName: UNKNOWN,
      creationData: { createOption: "Copy", sourceResourceId: UNKNOWN },
      tags: UNKNOWN,
    };
    const { inputs, failures } = await plugin.check(DISK, news);

    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ ...news, location: UNKNOWN });
  });

  it("says what is wrong in the real plugin's words", async () => {
    const { failures } = await plugin.check(MACHINE, {
      resourceGroupName: "rescue",
      location: "westeurope",
      hardwareProfile: "Standard_B2s",
      storageProfile: { dataDisks: [{ createOption: "Attach", lun: "0" }, { lun: 1 }], osDisk: {} },
      networkProfile: { networkInterfaces: { id: "x" } },
      zones: ["1", 2],
    });

    expect(failures.sort()).toEqual([
      "'hardwareProfile' should be of type 'object' but got a string",
      "'networkProfile.networkInterfaces' should be of type 'array' but got an object",
      "'storageProfile.dataDisks[0].lun' should be of type 'number' but got a string",
      "'zones[1]' should be of type 'string' but got a number",
      "missing required property 'storageProfile.dataDisks[1].createOption'",
      "missing required property 'storageProfile.osDisk.createOption'",
    ]);
  });

  it("says how to set a location that cannot be found out", async () => {
    const { failures } = await plugin.check(DISK, { ...disk, resourceGroupName: "elsewhere" });

    expect(failures).toEqual([
      "missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.",
    ]);
  });

  it("does not make a storage account's name fit: the real plugin does not either", async () => {
    const account = {
      resourceGroupName: "rescue",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      location: "westeurope",
    };
    const { failures } = await plugin.check(ACCOUNT, {
      ...account,
      accountName: "much-too-long-for-a-storage-account",
    });

    expect(failures).toEqual([
      "'accountName' is too long (35): at most 24 characters allowed",
      "'accountName' does not match expression '^[a-z0-9]+$'",
    ]);
  });

  it("names the types it serves when it is given another one", async () => {
    await expect(plugin.check("azure-native:compute/v20230402:Disk", disk)).rejects.toThrow(
      "Resource type azure-native:compute/v20230402:Disk not found by the azure-native stand-in: it serves azure-native:compute:Disk at API version 2024-03-02 only",
    );
    await expect(plugin.check("azure-native:web:WebApp", disk)).rejects.toThrow(
      /WebApp not found by the azure-native stand-in/,
    );
  });
});

describe("diff", () => {
  it("finds nothing in equal inputs, whatever way the location is spelt", async () => {
    const { changes } = await plugin.diff(
      DISK,
      { ...disk, location: "West Europe" },
      { ...disk, location: "westeurope" },
    );

    expect(changes).toEqual({});
  });

  it("names changed properties by paths that replaceOnChanges can match, and updates for them", async () => {
    const before = {
      location: "westeurope",
      osProfile: { adminPassword: "a" },
      storageProfile: { dataDisks: [{ lun: 0, managedDisk: { id: "/a" } }], imageReference: { sku: "2019" } },
      tags: { "a.b": "1", plain: "1" },
    };
    const after = {
      location: "northeurope",
      osProfile: { adminPassword: "b", computerName: "repair" },
      storageProfile: { dataDisks: [{ lun: 0, managedDisk: { id: UNKNOWN } }, { lun: 1 }] },
      tags: { "a.b": "2" },
    };

    const { changes, replaces, deleteBeforeReplace } = await plugin.diff(MACHINE, before, after);

    expect(changes).toEqual({
      location: "UPDATE",
      "osProfile.adminPassword": "UPDATE",
      "osProfile.computerName": "ADD",
      "storageProfile.dataDisks[0].managedDisk.id": "UPDATE",
      "storageProfile.dataDisks[1]": "ADD",
      "storageProfile.imageReference": "DELETE",
      'tags["a.b"]': "UPDATE",
      "tags.plain": "DELETE",
    });
    expect(replaces).toEqual([]);
    expect(deleteBeforeReplace).toBe(false);
  });

  it.each([
    ["the name", DISK, { diskName: "a" }, { diskName: "b" }],
    ["the resource group", DISK, { resourceGroupName: "a" }, { resourceGroupName: "b" }],
    ["a group's location", "azure-native:resources:ResourceGroup", { location: "a" }, { location: "b" }],
    [
      "an address's SKU",
      "azure-native:network:PublicIPAddress",
      { sku: { name: "Basic" } },
      { sku: { name: "Standard" } },
    ],
    ["who a role is for", ROLE, { principalId: "a" }, { principalId: UNKNOWN }],
    ["a role's scope", ROLE, { scope: "/a" }, { scope: "/b" }],
  ])("replaces for a change of %s", async (_title, type, before, after) => {
    const { replaces, deleteBeforeReplace } = await plugin.diff(type, before, after);

    expect(replaces).toHaveLength(1);
    expect(deleteBeforeReplace).toBe(true);
  });

  it("creates the successor first when the name was made up", async () => {
    const before = { ...disk, __createBeforeDelete: true, resourceGroupName: "a", diskName: "a1" };
    const { replaces, deleteBeforeReplace } = await plugin.diff(DISK, before, { ...before, resourceGroupName: "b" });

    expect(replaces).toEqual(["resourceGroupName"]);
    expect(deleteBeforeReplace).toBe(false);
  });
});
