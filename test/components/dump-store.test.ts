import { DumpStore, type DumpStoreArgs } from "../../components/index";
import { inputsOf, register, SUBSCRIPTION, valueOf } from "./support/mocks";

const ROLE = "azure-native:authorization:RoleAssignment";
const ACCOUNT = "azure-native:storage:StorageAccount";
const CONTAINER_ID = `${SUBSCRIPTION}/resourceGroups/logs/providers/Microsoft.Storage/storageAccounts/logs/blobServices/default/containers/dumps`;

function store(args: Partial<DumpStoreArgs> = {}, answers = {}) {
  return register(() => new DumpStore("evidence", { location: "westeurope", ...args }), answers);
}

describe("DumpStore", () => {
  it("makes an account that takes no anonymous requests, no keys and no old TLS", async () => {
    const { registered } = await store();

    expect(inputsOf(registered, ACCOUNT)).toEqual({
      resourceGroupName: "evidence-group",
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      accessTier: "Hot",
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      networkRuleSet: { bypass: "AzureServices", defaultAction: "Allow", ipRules: [], virtualNetworkRules: [] },
      publicNetworkAccess: "Enabled",
      tags: { "created-by": "azure-repair-kit" },
    });
    expect(inputsOf(registered, "azure-native:storage:BlobContainer")).toEqual({
      resourceGroupName: "evidence-group",
      accountName: "evidencedumps",
      containerName: "dumps",
      publicAccess: "None",
    });
  });

  it("deletes dumps after the retention", async () => {
    const { registered } = await store({ retentionDays: 30 });

    expect(inputsOf(registered, "azure-native:storage:ManagementPolicy").policy.rules).toEqual([
      {
        name: "delete-old-dumps",
        type: "Lifecycle",
        enabled: true,
        definition: {
          filters: { blobTypes: ["blockBlob"], prefixMatch: ["dumps/"] },
          actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
        },
      },
    ]);
  });

  it("lets the writer write blobs of this container, and no more", async () => {
    const { registered } = await store({ writerPrincipalId: "principal" });

    const role = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    expect(inputsOf(registered, ROLE)).toEqual({
      scope: expect.stringMatching(/\/containers\/evidence-container$/),
      principalId: "principal",
      principalType: "ServicePrincipal",
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    });
  });

  it("gives nobody a right when there is no writer", async () => {
    const { registered } = await store();

    expect(registered.filter(({ type }) => type === ROLE)).toEqual([]);
  });

  it("uses an existing container as it is, at the address that Azure tells", async () => {
    const { result, registered } = await store(
      { containerId: CONTAINER_ID, writerPrincipalId: "principal" },
      {
        "azure-native:storage:getStorageAccount": () => ({ primaryEndpoints: { blob: "https://logs.blob.example/" } }),
        "azure-native:storage:getBlobContainer": () => ({ name: "dumps" }),
      },
    );

    expect(await valueOf(result.containerUrl)).toBe("https://logs.blob.example/dumps");
    expect(registered.slice(2).map(({ type }) => type)).toEqual([ROLE]);
    expect(inputsOf(registered, ROLE).scope).toBe(CONTAINER_ID);
  });

  it.each([0, -1, 1.5])("fails at once when retentionDays is %p", (days) => {
    expect(() => new DumpStore("evidence", { location: "westeurope", retentionDays: days })).toThrow(
      `retentionDays must be a whole number of days, 1 or more, got "${days}"`,
    );
  });

  it("fails at once when containerId is a URL", () => {
    const url = "https://logs.blob.core.windows.net/dumps";

    expect(() => new DumpStore("evidence", { location: "westeurope", containerId: url })).toThrow(
      /^containerId must be the resource id of a blob container .* got "https:\/\/logs/,
    );
  });
});
