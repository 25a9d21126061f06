import { FakeArm } from "./fake-arm";
import { ProviderPlugin } from "./provider-plugin";

const GROUP = "azure-native:resources:ResourceGroup";
const SNAPSHOT = "azure-native:compute:Snapshot";

let arm: FakeArm;
let plugin: ProviderPlugin;

beforeAll(async () => {
  arm = await FakeArm.start();
  plugin = await ProviderPlugin.start("azure-native", arm.environment);
  await plugin.configure();
});

afterAll(async () => {
  await plugin.stop();
  await arm.stop();
});

it("creates a resource group with the requests that the real plugin sends", async () => {
  const inputs = { resourceGroupName: "rescue", location: "westeurope" };
  const created = await plugin.create(GROUP, inputs);

  expect(arm.taken()).toEqual([
    "GET /resourcegroups/rescue?api-version=2024-03-01",
    "PUT /resourcegroups/rescue?api-version=2024-03-01",
    "GET /resourcegroups/rescue?api-version=2024-03-01",
  ]);
  expect(created.id).toBe(arm.path("/resourceGroups/rescue"));
});

it("creates a snapshot", async () => {
  const { inputs, failures } = await plugin.check(SNAPSHOT, {
    resourceGroupName: "rescue",
    creationData: { createOption: "Copy", sourceResourceId: "/x" },
  });
  expect(failures).toEqual([]);
  const { outputs } = await plugin.create(SNAPSHOT, inputs);
  expect(outputs).toMatchObject({ provisioningState: "Succeeded", azureApiVersion: "2024-03-02" });
});
