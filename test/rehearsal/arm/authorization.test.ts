import { randomUUID } from "node:crypto";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { DevTestLabsClient } from "@azure/arm-devtestlabs";
import { ManagedServiceIdentityClient } from "@azure/arm-msi";

import { startCore, type CoreFixture } from "./core-fixture";

let azure: CoreFixture;
let authorization: AuthorizationManagementClient;
let identities: ManagedServiceIdentityClient;

beforeAll(async () => {
  // A new principal is replicated after 30 modelled seconds: with 0 at once.
  azure = await startCore({ millisecondsPerSecond: 0 });
  authorization = new AuthorizationManagementClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
  identities = new ManagedServiceIdentityClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
});

afterAll(() => azure.stop());

const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

function roleDefinitionId(guid = CONTRIBUTOR): string {
  return `/subscriptions/${azure.core.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}

function assign(
  scope: string,
  principalId: string,
  more: object = { principalType: "ServicePrincipal" },
  name: string = randomUUID(),
) {
  return azure.raw("PUT", `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`, {
    json: { properties: { roleDefinitionId: roleDefinitionId(), principalId, ...more } },
  });
}

describe("user-assigned identities", () => {
  const url = (name: string) => `${azure.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

  it("are made at once, spelt as recorded, with a Location that is no polling URL", async () => {
    const answer = await azure.raw("PUT", `${url("one")}?api-version=2023-01-31`, { json: { location: "westus2" } });

    const id = url("one").replace("/resourceGroups/", "/resourcegroups/");
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(id);
    expect(answer.body.id).toBe(id);
    expect(Object.keys(answer.body.properties).sort()).toEqual(["clientId", "principalId", "tenantId"]);
  });

  it("keep their principal over updates", async () => {
    const made = await identities.userAssignedIdentities.createOrUpdate("rg", "two", { location: "westus2" });

    const again = await identities.userAssignedIdentities.createOrUpdate("rg", "two", {
      location: "westus2",
      tags: { a: "b" },
    });
    const patched = await identities.userAssignedIdentities.update("rg", "two", {
      location: "westus2",
      tags: { c: "d" },
    });

    expect(again).toMatchObject({ principalId: made.principalId, clientId: made.clientId, tags: { a: "b" } });
    expect(patched).toMatchObject({ principalId: made.principalId, tags: { c: "d" } });
  });

  it("are deleted with 200 and no body, then 204", async () => {
    await identities.userAssignedIdentities.createOrUpdate("rg", "three", { location: "westus2" });

    const first = await azure.raw("DELETE", `${url("three")}?api-version=2023-01-31`);
    const second = await azure.raw("DELETE", `${url("three")}?api-version=2023-01-31`);

    expect([first, second]).toMatchObject([
      { status: 200, body: undefined },
      { status: 204, body: undefined },
    ]);
  });
});

describe("role assignments", () => {
  it("answer as recorded: createdBy is null at first", async () => {
    const principalId = randomUUID();
    const name = randomUUID();

    const answer = await assign(azure.group, principalId, undefined, name);
    const later = await authorization.roleAssignments.get(azure.group, name);

    expect(answer).toMatchObject({
      status: 201,
      body: {
        id: `${azure.group}/providers/Microsoft.Authorization/roleAssignments/${name}`,
        properties: {
          scope: azure.group,
          principalId,
          principalType: "ServicePrincipal",
          condition: null,
          createdBy: null,
          delegatedManagedIdentityResourceId: null,
        },
      },
    });
    expect(answer.body.properties).not.toHaveProperty("provisioningState");
    expect(later.createdBy).toBe(azure.core.objectId);
  });

  it("are listed at, above and below a scope, atScope() without those below, and by principal", async () => {
    const principalId = randomUUID();
    const identity = await identities.userAssignedIdentities.createOrUpdate("rg", "scope", { location: "westus2" });
    const scopes = [`/subscriptions/${azure.core.subscriptionId}`, azure.group, identity.id!];
    for (const scope of scopes) {
      await assign(scope, principalId);
    }
    const list = async (filter: string) =>
      (await collect(authorization.roleAssignments.listForScope(azure.group, { filter }))).filter(
        (item) => item.principalId === principalId,
      ).length;

    expect(await list(`principalId eq '${principalId}'`)).toBe(3);
    expect(await list("atScope()")).toBe(2);
    expect(await list(`principalId eq '${randomUUID()}'`)).toBe(0);
  });

  it.each([
    [
      "a name that is no GUID",
      () => assign(azure.group, randomUUID(), undefined, "mine"),
      400,
      "InvalidRoleAssignmentId",
      "The role assignment ID 'mine' is not valid. The role assignment ID must be a GUID.",
    ],
    [
      "a role that there is not",
      () =>
        assign(azure.group, randomUUID(), {
          principalType: "ServicePrincipal",
          roleDefinitionId: roleDefinitionId("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"),
        }),
      400,
      "RoleDefinitionDoesNotExist",
      "The specified role definition with ID '88d8e3e38f554a1e953a9b9898b8876b' does not exist.",
    ],
    [
      "a scope that there is not",
      () => assign(`${azure.group}/providers/Microsoft.Network/virtualNetworks/none`, randomUUID()),
      404,
      "ResourceNotFound",
      "The Resource 'Microsoft.Network/virtualNetworks/none' under resource group 'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    ],
  ])("refuse %s", async (_what, send, status, code, message) => {
    const answer = await send();

    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual({ code, message });
  });

  it("refuse a principal that is not known, unless its type is told", async () => {
    const principalId = "14eeed50-e0e9-4eb8-a7f9-8bbbd4297997";

    const unknown = await assign(azure.group, principalId, {});
    const told = await assign(azure.group, principalId);

    expect(unknown.status).toBe(400);
    expect(unknown.body.error).toEqual({
      code: "PrincipalNotFound",
      message:
        `Principal 14eeed50e0e94eb8a7f98bbbd4297997 does not exist in the directory ${azure.core.tenantId}. Check that you have the ` +
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related " +
        "to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, " +
        "User, or Group.  See https://aka.ms/docs-principaltype",
    });
    expect(told.status).toBe(201);
  });

  it("without a type fail for an identity that was made a moment ago", async () => {
    const slow = await startCore({ millisecondsPerSecond: 60_000 });
    const id = `${slow.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/new`;
    const identity = await slow.raw("PUT", `${id}?api-version=2023-01-31`, { json: { location: "westus2" } });
    const known = await identities.userAssignedIdentities.createOrUpdate("rg", "known", { location: "westus2" });

    const url = `${slow.group}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`;
    const properties = { roleDefinitionId: roleDefinitionId(), principalId: identity.body.properties.principalId };
    const answer = await slow.raw("PUT", url, { json: { properties } });
    await slow.stop();

    expect(answer.body.error.code).toBe("PrincipalNotFound");
    expect((await assign(azure.group, known.principalId!, {})).status).toBe(201);
  });

  it("refuse the same assignment under another name, and another principal under the same name", async () => {
    const principalId = randomUUID();
    const name = randomUUID();
    await assign(azure.group, principalId, undefined, name);

    const twin = await assign(azure.group, principalId);
    const changed = await assign(azure.group, randomUUID(), undefined, name);

    expect(twin).toMatchObject({
      status: 409,
      body: {
        error: {
          code: "RoleAssignmentExists",
          message: `The role assignment already exists. The ID of the conflicting role assignment is ${name.replaceAll("-", "")}.`,
        },
      },
    });
    expect(changed).toMatchObject({ status: 400, body: { error: { code: "RoleAssignmentUpdateNotPermitted" } } });
  });

  it("go with the resource that they lie on", async () => {
    const identity = await identities.userAssignedIdentities.createOrUpdate("rg", "gone", { location: "westus2" });
    const name = randomUUID();
    await assign(identity.id!, randomUUID(), undefined, name);
    await identities.userAssignedIdentities.delete("rg", "gone");
    await identities.userAssignedIdentities.createOrUpdate("rg", "gone", { location: "westus2" });

    await expect(authorization.roleAssignments.get(identity.id!, name)).rejects.toMatchObject({
      statusCode: 404,
      code: "RoleAssignmentNotFound",
    });
  });
});

describe("role definitions", () => {
  it("are found by name", async () => {
    const found = await collect(
      authorization.roleDefinitions.list(azure.group, { filter: "roleName eq 'Storage Blob Data Contributor'" }),
    );

    expect(found).toMatchObject([{ id: roleDefinitionId(), name: CONTRIBUTOR, roleType: "BuiltInRole" }]);
    expect(found[0]!.permissions![0]!.dataActions).toContain(
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
    );
  });

  it("are read by id from any scope, also the tenant", async () => {
    const inGroup = await authorization.roleDefinitions.get(azure.group, CONTRIBUTOR);
    const inTenant = await authorization.roleDefinitions.getById(
      `providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`,
    );

    expect([inGroup.roleName, inTenant.roleName]).toEqual([
      "Storage Blob Data Contributor",
      "Storage Blob Data Contributor",
    ]);
  });
});

describe("locks", () => {
  it("are none", async () => {
    const answer = await azure.raw(
      "GET",
      `${azure.group}/providers/Microsoft.Authorization/locks?api-version=2020-05-01`,
    );

    expect(answer).toMatchObject({ status: 200, body: { value: [] } });
  });
});

describe("auto-shutdown schedules", () => {
  const schedule = {
    location: "westus2",
    status: "Enabled",
    taskType: "ComputeVmShutdownTask",
    dailyRecurrence: { time: "1730" },
    timeZoneId: "UTC",
    notificationSettings: { status: "Enabled", timeInMinutes: 30 },
  };

  it("answer 201 on create and on update, id and type in lower case", async () => {
    const id = `${azure.group}/providers/Microsoft.DevTestLab/schedules/shutdown-computevm-vm`;
    const json = { location: "westus2", properties: { status: "Enabled", targetResourceId: `${azure.group}/x` } };

    const answers = [1, 2].map(() => azure.raw("PUT", `${id}?api-version=2018-09-15`, { json }));

    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        id: id.replace("resourceGroups", "resourcegroups").replace("Microsoft.DevTestLab", "microsoft.devtestlab"),
        type: "microsoft.devtestlab/schedules",
        properties: {
          provisioningState: "Succeeded",
          createdDate: expect.any(String),
          uniqueIdentifier: expect.any(String),
        },
      });
    }
  });

  it("live with the official client", async () => {
    const client = new DevTestLabsClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
    const made = await client.globalSchedules.createOrUpdate("rg", "shutdown-computevm-b", schedule);

    await client.globalSchedules.delete("rg", "shutdown-computevm-b");

    expect(made).toMatchObject({ dailyRecurrence: { time: "1730" }, provisioningState: "Succeeded" });
    await expect(client.globalSchedules.get("rg", "shutdown-computevm-b")).rejects.toMatchObject({ statusCode: 404 });
  });
});
