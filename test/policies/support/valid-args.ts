import { type Declared, ref, secret } from "./case";

/** A resource that no rule objects to; a case changes one thing. */
type Factory = (name?: string, changes?: object, declared?: Partial<Declared>) => Declared;

const place = { location: "westeurope" };
const tags = {
  "created-by": "azure-repair-kit",
  "expires-on": new Date(Date.now() + 7 * 864e5).toISOString().slice(0, 10),
};

function factory(type: string, usualName: string, inputs: object, usual: Partial<Declared> = {}): Factory {
  return (name = usualName, changes = {}, declared = {}) => ({
    type,
    name,
    inputs: { ...inputs, ...changes },
    ...usual,
    ...declared,
  });
}

const inGroup = { ...place, resourceGroupName: ref("group", "name"), tags };

export const group = factory("resources:ResourceGroup", "group", { ...place, tags });

export const snapshot = factory("compute:Snapshot", "snapshot", {
  ...inGroup,
  creationData: { createOption: "Copy", sourceResourceId: diskId("web-os") },
  incremental: false,
  networkAccessPolicy: "AllowAll",
  publicNetworkAccess: "Enabled",
});

export const disk = factory("compute:Disk", "disk", {
  ...inGroup,
  creationData: { createOption: "Copy", sourceResourceId: ref("snapshot") },
  sku: { name: "Premium_LRS" },
  networkAccessPolicy: "DenyAll",
  publicNetworkAccess: "Disabled",
});

export const dataDisk = (changes: object = {}) => ({
  lun: 0,
  name: "copy",
  createOption: "Attach",
  caching: "None",
  writeAcceleratorEnabled: false,
  deleteOption: "Detach",
  toBeDetached: false,
  managedDisk: { id: ref("disk") },
  ...changes,
});

export const vm = factory(
  "compute:VirtualMachine",
  "vm",
  {
    ...inGroup,
    osProfile: { computerName: "repair", adminUsername: "repairadmin", adminPassword: secret("Correct-Horse-7") },
    storageProfile: { osDisk: { createOption: "FromImage", deleteOption: "Delete" }, dataDisks: [] },
  },
  { deleteBeforeReplace: true },
);

export const runCommand = factory("compute:VirtualMachineRunCommandByVirtualMachine", "run-command", {
  ...inGroup,
  vmName: ref("vm", "name"),
  source: { script: "Get-Disk" },
  parameters: [{ name: "Lun", value: "0" }],
});

export const schedule = factory("devtestlab:GlobalSchedule", "shutdown", {
  ...inGroup,
  status: "Enabled",
  taskType: "ComputeVmShutdownTask",
  dailyRecurrence: { time: "1900" },
  timeZoneId: "UTC",
  targetResourceId: ref("vm"),
});

export const rdpRule = (changes: object = {}) => ({
  name: "allow-rdp",
  priority: 100,
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  sourceAddressPrefix: "203.0.113.7/32",
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "3389",
  ...changes,
});

export const securityGroup = factory("network:NetworkSecurityGroup", "security-group", {
  ...inGroup,
  securityRules: [rdpRule()],
});

export const publicAddress = factory("network:PublicIPAddress", "public-address", {
  ...inGroup,
  sku: { name: "Standard" },
  publicIPAllocationMethod: "Static",
});

const store = { component: "azure-repair-kit:index:DumpStore" };

export const storeGroup = factory("resources:ResourceGroup", "store-group", { ...place, tags }, store);

export const account = factory(
  "storage:StorageAccount",
  "account",
  {
    ...place,
    resourceGroupName: ref("store-group", "name"),
    tags,
    allowBlobPublicAccess: false,
    allowCrossTenantReplication: false,
    allowSharedKeyAccess: false,
    enableHttpsTrafficOnly: true,
    minimumTlsVersion: "TLS1_2",
  },
  store,
);

const inAccount = { resourceGroupName: ref("store-group", "name"), accountName: ref("account", "name") };

export const container = factory(
  "storage:BlobContainer",
  "container",
  { ...inAccount, containerName: "dumps", publicAccess: "None" },
  store,
);

export const lifecycleRule = (changes: object = {}, days: object = { daysAfterModificationGreaterThan: 90 }) => ({
  name: "delete-old-dumps",
  type: "Lifecycle",
  enabled: true,
  definition: {
    filters: { blobTypes: ["blockBlob"], prefixMatch: ["dumps/"] },
    actions: { baseBlob: { delete: days } },
  },
  ...changes,
});

export const retention = factory(
  "storage:ManagementPolicy",
  "retention",
  { ...inAccount, managementPolicyName: "default", policy: { rules: [lifecycleRule()] } },
  store,
);

export const roleDefinition = (guid: string) =>
  `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${guid}`;

export const role = factory(
  "authorization:RoleAssignment",
  "role",
  {
    scope: ref("container"),
    principalId: "00000000-0000-0000-0000-000000000001",
    principalType: "ServicePrincipal",
    roleDefinitionId: roleDefinition("ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
  },
  store,
);

/** Id of a disk that is not of this stack. */
export function diskId(name: string, resourceGroup = "production"): string {
  return `/subscriptions/s/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/disks/${name}`;
}

/** Id of a VM that is not of this stack. */
export function vmId(name: string, resourceGroup = "production"): string {
  return `/subscriptions/s/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachines/${name}`;
}
