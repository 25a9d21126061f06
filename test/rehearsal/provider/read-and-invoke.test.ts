import { startAzureNative, type AzureNativeWithArm } from "./azure-native-with-arm";
import type { FakeArm } from "./fake-arm";
import type { ProviderPlugin } from "./provider-plugin";

const DISK = "azure-native:compute:Disk";
const INTERFACE = "azure-native:network:NetworkInterface";
const MACHINE = "azure-native:compute:VirtualMachine";

let running: AzureNativeWithArm;
let arm: FakeArm;
let plugin: ProviderPlugin;

beforeAll(async () => {
  running = await startAzureNative();
  ({ arm, plugin } = running);
});

afterAll(() => running.stop());

beforeEach(() => void arm.taken());

/** Puts a resource there that nobody created through the plugin. */
function place(rest: string, body: Record<string, any>): string {
  const id = arm.path(`/resourceGroups/rescue/providers/${rest}`);
  arm.resources.set(id.toLowerCase(), { id, name: rest.split("/").at(-1), type: "x/y", ...body });
  return id;
}

describe("refresh", () => {
  const inputs = {
    resourceGroupName: "rescue",
    diskName: "copy",
    location: "West Europe",
    tags: { a: "1" },
    creationData: { createOption: "Empty" },
  };
  const answer = {
    location: "westeurope",
    tags: { a: "1" },
    properties: { creationData: { createOption: "Empty" }, diskState: "Unattached", encryption: { type: "Platform" } },
  };

  it("leaves the inputs alone when nothing was changed, whatever defaults Azure has added", async () => {
    const id = place("Microsoft.Compute/disks/copy", answer);
    const { outputs } = await plugin.read(DISK, id, { inputs, outputs: {} });
    place("Microsoft.Compute/disks/copy", {
      ...answer,
      properties: { ...answer.properties, diskState: "Attached", managedBy: "/vm" },
    });

    const refreshed = await plugin.read(DISK, id, { inputs, outputs });

    expect(refreshed.inputs).toEqual(inputs);
    expect(refreshed.outputs).toMatchObject({ diskState: "Attached", location: "westeurope" });
  });

  it("takes over what somebody else changed, and only that", async () => {
    const id = place("Microsoft.Compute/disks/copy", answer);
    const { outputs } = await plugin.read(DISK, id, { inputs, outputs: {} });
    const { creationData } = answer.properties;
    place("Microsoft.Compute/disks/copy", {
      ...answer,
      tags: { a: "1", b: "2" },
      sku: { name: "Premium_LRS", tier: "Premium" },
      properties: { creationData, diskState: "Attached" },
    });

    const refreshed = await plugin.read(DISK, id, { inputs, outputs });

    expect(refreshed.inputs).toEqual({
      ...inputs,
      tags: { a: "1", b: "2" },
      sku: { name: "Premium_LRS" },
    });
  });

  it("does not take for an input what appears when a VM gets the interface", async () => {
    const own = { resourceGroupName: "rescue", networkInterfaceName: "nic", location: "westeurope" };
    const id = place("Microsoft.Network/networkInterfaces/nic", { location: "westeurope", properties: {} });
    const { outputs } = await plugin.read(INTERFACE, id, { inputs: own, outputs: {} });
    place("Microsoft.Network/networkInterfaces/nic", {
      location: "westeurope",
      properties: { virtualMachine: { id: "/vm" } },
    });

    const refreshed = await plugin.read(INTERFACE, id, { inputs: own, outputs });

    expect(refreshed.inputs).toEqual(own);
    expect(refreshed.outputs).toMatchObject({ virtualMachine: { id: "/vm" } });
  });

  it("drops a resource that is gone", async () => {
    const id = arm.path("/resourceGroups/rescue/providers/Microsoft.Compute/disks/gone");

    expect((await plugin.read(DISK, id, { inputs, outputs: { id } })).id).toBe("");
  });
});

describe("import", () => {
  it("makes inputs of the id and of what Azure lets be written", async () => {
    const id = place("Microsoft.Compute/virtualMachines/broken", {
      location: "westeurope",
      identity: {
        type: "UserAssigned",
        principalId: "p",
        userAssignedIdentities: { "/b": { clientId: "c" }, "/a": {} },
      },
      properties: {
        vmId: "v",
        timeCreated: "2026-01-02T03:04:05.6789012+00:00",
        hardwareProfile: { vmSize: "Standard_B2s" },
      },
    });

    const imported = await plugin.read(MACHINE, id);

    expect(imported.id).toBe(id);
    expect(imported.inputs).toEqual({
      resourceGroupName: "rescue",
      vmName: "broken",
      location: "westeurope",
      identity: { type: "UserAssigned", userAssignedIdentities: ["/a", "/b"] },
      hardwareProfile: { vmSize: "Standard_B2s" },
    });
    expect(imported.outputs).toMatchObject({ vmId: "v", timeCreated: "2026-01-02T03:04:05.6789012+00:00" });
  });

  it("fails when the id is one of another type, or of another subscription", async () => {
    await expect(plugin.read(MACHINE, arm.path("/resourceGroups/rescue"))).rejects.toThrow(
      /^failed to parse '.*' against the path '/,
    );
    const other = "/subscriptions/other/resourceGroups/rescue/providers/Microsoft.Compute/disks/copy";
    await expect(plugin.read(DISK, other)).rejects.toThrow(/subscription "other".*configured for/);
  });
});

describe("delete", () => {
  it("deletes, and takes what is gone for deleted", async () => {
    const id = place("Microsoft.Compute/disks/copy", { properties: {} });

    await plugin.delete(DISK, id);
    await plugin.delete(DISK, id);

    const line = "DELETE /resourceGroups/rescue/providers/Microsoft.Compute/disks/copy?api-version=2024-03-02";
    expect(arm.taken()).toEqual([line, line]);
  });
});

describe("invoke", () => {
  it("reads a VM as the program wants it", async () => {
    const id = place("Microsoft.Compute/virtualMachines/broken", {
      location: "westeurope",
      zones: ["1"],
      properties: { storageProfile: { osDisk: { osType: "Windows", diskSizeGB: 127, managedDisk: { id: "/d" } } } },
    });

    const machine = await plugin.invoke("azure-native:compute:getVirtualMachine", {
      resourceGroupName: "rescue",
      vmName: "broken",
    });

    expect(machine).toMatchObject({ id, zones: ["1"], azureApiVersion: "2024-11-01" });
    expect(machine.storageProfile.osDisk).toEqual({ osType: "Windows", diskSizeGB: 127, managedDisk: { id: "/d" } });
    expect(arm.taken()).toEqual([
      "GET /resourceGroups/rescue/providers/Microsoft.Compute/virtualMachines/broken?api-version=2024-11-01",
    ]);
  });

  it("hands on expand, without which there is no instance view", async () => {
    place("Microsoft.Compute/virtualMachines/broken/runCommands/collect", {
      properties: { instanceView: { exitCode: 0, output: "{}" } },
    });
    const args = { resourceGroupName: "rescue", vmName: "broken", runCommandName: "collect", expand: "instanceView" };

    const answer = await plugin.invoke("azure-native:compute:getVirtualMachineRunCommandByVirtualMachine", args);

    expect(answer.instanceView).toEqual({ exitCode: 0, output: "{}" });
    expect(arm.taken()[0]).toContain("&$expand=instanceView");
  });

  it("fails with the id and Azure's own words", async () => {
    const args = { resourceGroupName: "rescue", diskName: "none" };
    const id = arm.path("/resourceGroups/rescue/providers/Microsoft.Compute/disks/none");

    await expect(plugin.invoke("azure-native:compute:getDisk", args)).rejects.toThrow(
      `request failed ${id}: Status=404 Code="ResourceNotFound" Message="The Resource '${id}' was not found."`,
    );
  });

  it("names what it has when it is asked for something else", async () => {
    await expect(plugin.invoke("azure-native:web:listWebAppHostKeys", {})).rejects.toThrow(
      /Invoke type azure-native:web:listWebAppHostKeys not found by the azure-native stand-in: it serves .*getDisk/,
    );
  });
});
