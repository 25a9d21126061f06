import { ResourceManagementClient } from "@azure/arm-resources";

import { NETWORK_VERSION, startCore, type CoreFixture } from "./core-fixture";

let azure: CoreFixture;
let client: ResourceManagementClient;

beforeAll(async () => {
  azure = await startCore();
  client = new ResourceManagementClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
});

afterAll(() => azure.stop());

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}

it("az login finds the subscription and its tenant", async () => {
  const { subscriptionId, tenantId } = azure.core;

  const list = await azure.raw("GET", "/subscriptions?api-version=2022-12-01");
  const one = await azure.raw("GET", `/subscriptions/${subscriptionId}?api-version=2022-12-01`);
  const tenants = await azure.raw("GET", "/tenants?api-version=2022-12-01");

  expect(list.body.value).toEqual([one.body]);
  expect(one.body).toMatchObject({
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    state: "Enabled",
  });
  expect(tenants.body.value).toMatchObject([{ tenantId }]);
});

it("providers are registered, and registering one again says so", async () => {
  const before = await client.providers.get("Microsoft.Network");
  const again = await client.providers.register("microsoft.network");

  expect(before.registrationState).toBe("Registered");
  expect(again.registrationState).toBe("Registered");
  expect(before.resourceTypes?.map(({ resourceType }) => resourceType)).toContain("virtualNetworks/subnets");
});

it("a provider that there is not is told", async () => {
  await expect(client.providers.get("Microsoft.Nothing")).rejects.toMatchObject({
    statusCode: 404,
    code: "InvalidResourceNamespace",
    message: "The resource namespace 'Microsoft.Nothing' is invalid.",
  });
});

describe("resource groups", () => {
  it("answer 201 the first time, 200 later, spelt the way ARM spells them", async () => {
    const url = `/subscriptions/${azure.core.subscriptionId}/resourcegroups/Twice`;

    const first = await azure.raw("PUT", `${url}?api-version=2024-03-01`, {
      json: { location: "West Europe", tags: { a: "b" } },
    });
    const second = await azure.raw("PUT", `${url}?api-version=2024-03-01`, { json: { location: "westeurope" } });

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.body).toEqual({
      id: `/subscriptions/${azure.core.subscriptionId}/resourceGroups/Twice`,
      name: "Twice",
      type: "Microsoft.Resources/resourceGroups",
      location: "westeurope",
      tags: { a: "b" },
      properties: { provisioningState: "Succeeded" },
    });
    expect(second.body.tags).toBeUndefined();
  });

  it("are the same in any case, and keep the case of their birth", async () => {
    await client.resourceGroups.createOrUpdate("CamelCase", { location: "westus2" });

    const { id } = await client.resourceGroups.get("camelcase");

    expect(id).toMatch(/\/CamelCase$/);
  });

  it("cannot move to another region", async () => {
    await client.resourceGroups.createOrUpdate("fixed", { location: "westus2" });

    await expect(client.resourceGroups.createOrUpdate("fixed", { location: "eastus" })).rejects.toMatchObject({
      statusCode: 409,
      code: "InvalidResourceGroupLocation",
      message:
        "Invalid resource group location 'eastus'. The Resource group 'fixed' already exists in location 'westus2'.",
    });
  });

  it("take tags in PATCH", async () => {
    await client.resourceGroups.createOrUpdate("tagged", { location: "westus2", tags: { a: "1" } });

    const { tags } = await client.resourceGroups.update("tagged", { tags: { b: "2" } });

    expect(tags).toEqual({ b: "2" });
  });
});

describe("lists of all resources", () => {
  beforeAll(async () => {
    const network = (name: string) => `${azure.group}/providers/Microsoft.Network/virtualNetworks/${name}`;
    const subnets = [{ name: "s", properties: { addressPrefix: "10.0.0.0/24" } }];
    const properties = { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets };
    await azure.make(network("plain"), NETWORK_VERSION, { location: "westus2", properties });
    await azure.make(network("tagged"), NETWORK_VERSION, { location: "westus2", tags: { Kit: "Repair" }, properties });
    const address = `${azure.group}/providers/Microsoft.Network/publicIPAddresses/p`;
    const sku = { name: "Standard" };
    await azure.make(address, NETWORK_VERSION, {
      location: "westus2",
      sku,
      properties: { publicIPAllocationMethod: "Static" },
    });
  });

  it("hold what ARM knows itself: tracked resources, without properties", async () => {
    const found = await collect(client.resources.listByResourceGroup("rg"));

    expect(found.map(({ name, type }) => `${type} ${name}`).sort()).toEqual([
      "Microsoft.Network/publicIPAddresses p",
      "Microsoft.Network/virtualNetworks plain",
      "Microsoft.Network/virtualNetworks tagged",
    ]);
    expect(found[0]!.properties).toBeUndefined();
  });

  it.each([
    ["resourceType eq 'Microsoft.Network/virtualNetworks'", ["plain", "tagged"]],
    ["tagName eq 'kit' and tagValue eq 'repair'", ["tagged"]],
    ["tagName eq 'Kit' and tagValue eq 'other'", []],
    ["resourceGroup eq 'rg' and name eq 'p'", ["p"]],
  ])("are filtered by %s", async (filter, names) => {
    const found = await collect(client.resources.list({ filter }));

    expect(found.map(({ name }) => name).sort()).toEqual(names);
  });

  it("do not guess at another filter", async () => {
    await expect(collect(client.resources.list({ filter: "plan/name eq 'x'" }))).rejects.toMatchObject({
      statusCode: 501,
    });
  });
});
