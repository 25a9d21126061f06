import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSimulator, type StartedSimulator } from "../../../rehearsal/arm/start";
import { samples } from "../../../rehearsal/disks";
import type { Guest } from "../../../rehearsal/guest";
import { ProviderPlugin } from "./provider-plugin";
import { sampleFile } from "../../disk/support/samples";

// Every type against the simulated Azure, whose rules are written down from other sources than the stand-in.

type Properties = Record<string, any>;

interface Made {
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

const place = { resourceGroupName: "rescue", location: "westus2" };

const guest: Guest = {
  host: "model",
  run: () => Promise.resolve({ exitCode: 0, output: '{"schema":1}', error: "", timedOut: false, ranIn: "model" }),
  stop: () => Promise.resolve(),
};

let simulator: StartedSimulator;
let folder: string;
let plugin: ProviderPlugin;
const problems: string[] = [];
const all: Made[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stand-in-simulator-"));
  const diskFile = sampleFile(samples[0]!.name);
  simulator = await startSimulator({
    diskFile,
    workFolder: folder,
    guest,
    onProblem: (problem) => problems.push(problem),
  });
  plugin = await ProviderPlugin.start("azure-native", simulator.environment);
  await plugin.configure();
}, 30_000);

afterAll(async () => {
  await plugin.stop();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Makes a resource as the engine does: check, then create. */
async function make(type: string, news: Properties): Promise<Made> {
  const token = `azure-native:${type}`;
  const { inputs, failures } = await plugin.check(token, news);
  expect(failures).toEqual([]);
  const made = { type: token, inputs, ...(await plugin.create(token, inputs)) };
  all.push(made);
  return made;
}

it("makes everything that a repair environment consists of", async () => {
  const { sourceDiskId, subscriptionId } = simulator;
  await make("resources:ResourceGroup", place);
  const snapshot = await make("compute:Snapshot", {
    ...place,
    creationData: { createOption: "Copy", sourceResourceId: sourceDiskId },
  });
  const disk = await make("compute:Disk", {
    ...place,
    diskName: "copy",
    creationData: { createOption: "Copy", sourceResourceId: snapshot.id },
  });
  const group = await make("network:NetworkSecurityGroup", place);
  await make("network:SecurityRule", {
    resourceGroupName: "rescue",
    networkSecurityGroupName: group.outputs.name,
    ...{ access: "Allow", direction: "Inbound", priority: 100, protocol: "Tcp" },
    ...{
      sourceAddressPrefix: "203.0.113.7/32",
      sourcePortRange: "*",
      destinationAddressPrefix: "*",
      destinationPortRange: "3389",
    },
  });
  const network = await make("network:VirtualNetwork", {
    ...place,
    addressSpace: { addressPrefixes: ["10.0.0.0/24"] },
  });
  const subnet = await make("network:Subnet", {
    resourceGroupName: "rescue",
    virtualNetworkName: network.outputs.name,
    addressPrefix: "10.0.0.0/25",
    networkSecurityGroup: { id: group.id },
  });
  const address = await make("network:PublicIPAddress", {
    ...place,
    sku: { name: "Standard" },
    publicIPAllocationMethod: "Static",
  });
  const networkInterface = await make("network:NetworkInterface", {
    ...place,
    ipConfigurations: [{ name: "main", subnet: { id: subnet.id }, publicIPAddress: { id: address.id } }],
  });
  const identity = await make("managedidentity:UserAssignedIdentity", place);
  const account = await make("storage:StorageAccount", {
    ...place,
    accountName: "rescuedumps",
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
  });
  const inAccount = { resourceGroupName: "rescue", accountName: "rescuedumps" };
  await make("storage:BlobServiceProperties", {
    ...inAccount,
    blobServicesName: "default",
    deleteRetentionPolicy: { enabled: true, days: 7 },
  });
  await make("storage:BlobContainer", { ...inAccount, containerName: "dumps" });
  const action = { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } };
  const rule = {
    name: "old",
    type: "Lifecycle",
    definition: { actions: action, filters: { blobTypes: ["blockBlob"] } },
  };
  await make("storage:ManagementPolicy", { ...inAccount, managementPolicyName: "default", policy: { rules: [rule] } });
  await make("authorization:RoleAssignment", {
    scope: account.id,
    principalId: identity.outputs.principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`,
  });
  const machine = await make("compute:VirtualMachine", {
    ...place,
    vmName: "repair",
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
    networkProfile: { networkInterfaces: [{ id: networkInterface.id, primary: true }] },
    osProfile: { computerName: "repair", adminUsername: "repairadmin", adminPassword: "Not-a-secret-1" },
    storageProfile: {
      imageReference: {
        publisher: "MicrosoftWindowsServer",
        offer: "WindowsServer",
        sku: "2022-datacenter-smalldisk-g2",
        version: "latest",
      },
      osDisk: { createOption: "FromImage", deleteOption: "Delete" },
      dataDisks: [{ lun: 0, createOption: "Attach", managedDisk: { id: disk.id } }],
    },
  });
  await make("devtestlab:GlobalSchedule", {
    ...place,
    name: "shutdown-computevm-repair",
    status: "Enabled",
    taskType: "ComputeVmShutdownTask",
    dailyRecurrence: { time: "1900" },
    timeZoneId: "UTC",
    targetResourceId: machine.id,
  });
  await make("compute:VirtualMachineRunCommandByVirtualMachine", {
    ...place,
    vmName: "repair",
    runCommandName: "collect",
    source: { script: "Get-Date" },
  });

  expect(machine.outputs).toMatchObject({
    provisioningState: "Succeeded",
    storageProfile: { dataDisks: [{ lun: 0 }] },
  });
  expect(problems).toEqual([]);
}, 60_000);

it("refreshes all of it without finding a change", async () => {
  // The disk, the interface and the address look different now that the VM has them; their inputs do not.
  for (const { type, id, inputs, outputs } of all) {
    const refreshed = await plugin.read(type, id, { inputs, outputs });

    expect([type, (await plugin.diff(type, inputs, refreshed.inputs)).changes]).toEqual([type, {}]);
  }
});

it("imports all of it, and a program with what was imported changes nothing", async () => {
  for (const { type, id } of all) {
    const imported = await plugin.read(type, id);
    const { inputs, failures } = await plugin.check(type, imported.inputs, imported.inputs);
    const { changes } = await plugin.diff(type, imported.inputs, inputs, imported.outputs);

    expect([type, imported.id, failures, changes]).toEqual([type, id, [], {}]);
  }
});

it("reads what a run command has said", async () => {
  const args = { resourceGroupName: "rescue", vmName: "repair", runCommandName: "collect" };
  const token = "azure-native:compute:getVirtualMachineRunCommandByVirtualMachine";

  expect(await plugin.invoke(token, args)).not.toHaveProperty("instanceView");
  expect((await plugin.invoke(token, { ...args, expand: "instanceView" })).instanceView).toMatchObject({
    exitCode: 0,
    output: '{"schema":1}',
  });
});

it("knows who is signed in", async () => {
  const { subscriptionId, tenantId, clientId } = simulator;

  expect(await plugin.invoke("azure-native:authorization:getClientConfig", {})).toEqual({
    subscriptionId,
    tenantId,
    clientId,
    objectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

it("is refused by the rules of Azure, in Azure's words", async () => {
  const disk = all.find(({ type }) => type.endsWith(":Disk"))!;

  await expect(plugin.delete(disk.type, disk.id)).rejects.toThrow(
    /^Status=409 Code="OperationNotAllowed" Message="Disk copy is attached to VM /,
  );
  await expect(plugin.create(disk.type, disk.inputs)).rejects.toThrow(
    `cannot create already existing resource '${disk.id}'`,
  );
});

it("updates in place", async () => {
  const network = all.find(({ type }) => type.endsWith(":VirtualNetwork"))!;
  const outputs = await plugin.update(network.type, network.id, network, { ...network.inputs, tags: { a: "1" } });

  // The subnet is a resource of its own and stays.
  expect(outputs).toMatchObject({ tags: { a: "1" }, subnets: [{ addressPrefix: "10.0.0.0/25" }] });
});

it("deletes all of it, last made first", async () => {
  for (const { type, id, inputs, outputs } of all.reverse()) await plugin.delete(type, id, { inputs, outputs });

  for (const { type, id } of all) expect([type, (await plugin.read(type, id)).id]).toEqual([type, ""]);
  expect(problems).toEqual([]);
}, 30_000);
