import { startAzureNative, type AzureNativeWithArm } from "./azure-native-with-arm";
import type { FakeArm } from "./fake-arm";
import type { ProviderPlugin } from "./provider-plugin";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const MACHINE = "azure-native:compute:VirtualMachine";
const NETWORK = "azure-native:network:VirtualNetwork";
const ACCOUNT = "azure-native:storage:StorageAccount";
const version = "?api-version=2024-03-02";

let running: AzureNativeWithArm;
let arm: FakeArm;
let plugin: ProviderPlugin;

beforeAll(async () => {
  running = await startAzureNative();
  ({ arm, plugin } = running);
});

afterAll(() => running.stop());

beforeEach(() => void arm.taken());

/** The body of the last request by this method. */
function sent(method: string): any {
  return arm.requests.findLast((request) => request.method === method)?.body;
}

it("creates a resource group with the requests that the real plugin sends", async () => {
  const { id, outputs } = await plugin.create("azure-native:resources:ResourceGroup", {
    resourceGroupName: "rescue",
    location: "westeurope",
    tags: { a: "1" },
    azureApiVersion: "2024-03-01",
    __createBeforeDelete: true,
  });

  expect(sent("PUT")).toEqual({ location: "westeurope", tags: { a: "1" } });
  expect(arm.requests[0]?.userAgent).toMatch(/^pulumi-azure-native\/3\.28\.0 \(stand-in\) /);
  expect(arm.taken()).toEqual([
    "GET /resourcegroups/rescue?api-version=2024-03-01",
    "PUT /resourcegroups/rescue?api-version=2024-03-01",
    "GET /resourcegroups/rescue?api-version=2024-03-01",
  ]);
  // As Resource Manager spells it, not as it was asked for.
  expect(id).toBe(arm.path("/resourceGroups/rescue"));
  expect(outputs).toEqual({
    id,
    name: "rescue",
    type: "Microsoft.Resources/resourceGroups",
    location: "westeurope",
    tags: { a: "1" },
    properties: { provisioningState: "Succeeded" },
    azureApiVersion: "2024-03-01",
  });
});

it("waits for a long operation, and reads the resource after it", async () => {
  const { outputs } = await plugin.create("azure-native:compute:Disk", {
    resourceGroupName: "rescue",
    diskName: "copy",
    location: "westeurope",
    creationData: { createOption: "Empty" },
    diskSizeGB: 4,
    diskIOPSReadWrite: 500,
    sku: { name: "StandardSSD_LRS" },
  });

  expect(sent("PUT")).toEqual({
    location: "westeurope",
    sku: { name: "StandardSSD_LRS" },
    properties: { creationData: { createOption: "Empty" }, diskSizeGB: 4, diskIOPSReadWrite: 500 },
  });
  const path = `/resourceGroups/rescue/providers/Microsoft.Compute/disks/copy${version}`;
  expect(arm.taken()).toEqual([
    `GET ${path}`,
    `PUT ${path}`,
    expect.stringMatching(/^GET \/operations\//),
    `GET ${path}`,
    `GET ${path}`,
  ]);
  expect(outputs).toMatchObject({ diskSizeGB: 4, diskIOPSReadWrite: 500, provisioningState: "Succeeded" });
});

it("sends identities as a map and shows them as one", async () => {
  const inputs = {
    resourceGroupName: "rescue",
    vmName: "repair",
    location: "westeurope",
    identity: { type: "UserAssigned", userAssignedIdentities: ["/ids/a", "/ids/b"] },
  };
  const { id, outputs } = await plugin.create(MACHINE, inputs);

  expect(sent("PUT").identity).toEqual({
    type: "UserAssigned",
    userAssignedIdentities: { "/ids/a": {}, "/ids/b": {} },
  });
  expect(outputs.identity.userAssignedIdentities).toEqual({ "/ids/a": {}, "/ids/b": {} });

  const news = { ...inputs, identity: { type: "UserAssigned", userAssignedIdentities: ["/ids/b"] } };
  await plugin.update(MACHINE, id, { inputs, outputs }, news);

  // Null takes one away, and only PATCH may have it.
  expect(sent("PATCH").identity.userAssignedIdentities).toEqual({ "/ids/a": null, "/ids/b": {} });
});

it("keeps sub-resources that are resources of their own", async () => {
  const inputs = {
    resourceGroupName: "rescue",
    virtualNetworkName: "net",
    location: "westeurope",
    addressSpace: { addressPrefixes: ["10.0.0.0/24"] },
  };
  const { id, outputs } = await plugin.create(NETWORK, inputs);
  expect(sent("PUT").properties.subnets).toEqual([]);

  const network = arm.resources.get(id.toLowerCase())!;
  network.properties.subnets = [
    { name: "own", etag: "x", properties: { addressPrefix: "10.0.0.0/25", provisioningState: "Succeeded" } },
  ];
  arm.taken();
  await plugin.update(NETWORK, id, { inputs, outputs }, { ...inputs, tags: { a: "1" } });

  expect(sent("PUT").properties.subnets).toEqual([{ name: "own", properties: { addressPrefix: "10.0.0.0/25" } }]);
  expect(arm.taken()[0]).toMatch(/^GET .*virtualNetworks\/net/);
});

it("writes the storage account's names of properties, and opens its network again when the rules go", async () => {
  const rules = { networkRuleSet: { defaultAction: "Deny", bypass: "None", ipRules: [], virtualNetworkRules: [] } };
  const inputs = {
    resourceGroupName: "rescue",
    accountName: "store",
    location: "westeurope",
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
    enableHttpsTrafficOnly: true,
  };
  const { id, outputs } = await plugin.create(ACCOUNT, { ...inputs, ...rules });

  expect(sent("PUT").properties).toEqual({ networkAcls: rules.networkRuleSet, supportsHttpsTrafficOnly: true });
  expect(outputs).toMatchObject({ ...rules, enableHttpsTrafficOnly: true });

  await plugin.update(ACCOUNT, id, { inputs: { ...inputs, ...rules }, outputs }, inputs);

  expect(sent("PUT").properties.networkAcls).toEqual({
    defaultAction: "Allow",
    bypass: "AzureServices",
    ipRules: [],
    virtualNetworkRules: [],
  });
});

it("finds the scope of a role assignment in its path", async () => {
  const scope = arm.path("/resourceGroups/rescue/providers/Microsoft.Storage/storageAccounts/store");
  const inputs = {
    scope,
    roleAssignmentName: "11111111-0000-4000-a000-000000000000",
    principalId: "p",
    principalType: "ServicePrincipal",
    roleDefinitionId: "/r",
  };
  const { id } = await plugin.create("azure-native:authorization:RoleAssignment", inputs);

  expect(id).toBe(`${scope}/providers/Microsoft.Authorization/roleAssignments/${inputs.roleAssignmentName}`);
  expect(sent("PUT")).toEqual({
    properties: { principalId: "p", principalType: "ServicePrincipal", roleDefinitionId: "/r" },
  });
});

it("takes over a singleton, and deletes it by writing its default", async () => {
  const type = "azure-native:storage:BlobServiceProperties";
  const id = arm.path("/resourceGroups/rescue/providers/Microsoft.Storage/storageAccounts/store/blobServices/default");
  arm.resources.set(id.toLowerCase(), {
    id,
    name: "default",
    type: "Microsoft.Storage/storageAccounts/blobServices",
    properties: {},
  });
  const inputs = {
    resourceGroupName: "rescue",
    accountName: "store",
    blobServicesName: "default",
    isVersioningEnabled: true,
  };

  const created = await plugin.create(type, inputs);
  await plugin.delete(type, created.id, { inputs, outputs: created.outputs });

  expect(created.id).toBe(id);
  expect(arm.requests.filter(({ method }) => method !== "GET").map(({ method, body }) => [method, body])).toEqual([
    ["PUT", { properties: { isVersioningEnabled: true } }],
    ["PUT", {}],
  ]);
});

it("previews outputs: inputs as far as known, everything else unknown, and asks Azure nothing", async () => {
  const inputs = {
    resourceGroupName: "rescue",
    vmName: "repair",
    location: "westeurope",
    azureApiVersion: "2024-11-01",
    networkProfile: { networkInterfaces: [{ id: UNKNOWN, primary: true }] },
    tags: { a: "1" },
  };
  const { id, outputs } = await plugin.create(MACHINE, inputs, { preview: true });

  expect(id).toBe("");
  expect(outputs).toMatchObject({
    location: "westeurope",
    tags: { a: "1" },
    name: UNKNOWN,
    vmId: UNKNOWN,
    azureApiVersion: "2024-11-01",
  });
  expect(outputs.networkProfile.networkInterfaces[0]).toEqual({ id: UNKNOWN, primary: true, deleteOption: UNKNOWN });
  expect(outputs).not.toHaveProperty("resourceGroupName");

  const known = { inputs, outputs: { name: "repair", location: "westeurope", vmId: "v" } };
  const updated = await plugin.update(MACHINE, "/x", known, inputs, { preview: true });

  expect(updated).toMatchObject({ name: "repair", location: "westeurope", vmId: UNKNOWN });
  expect(arm.taken()).toEqual([]);
});
