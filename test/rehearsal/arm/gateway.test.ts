import { createServer } from "node:net";

import { PortTakenError } from "../../../rehearsal/arm/server";
import { NETWORK_VERSION, startCore, type CoreFixture } from "./core-fixture";

let azure: CoreFixture;

beforeAll(async () => {
  azure = await startCore();
});

afterAll(() => azure.stop());

const GUID = /^[0-9a-f-]{36}$/;

function networks(name = ""): string {
  return `${azure.group}/providers/Microsoft.Network/virtualNetworks${name === "" ? "" : `/${name}`}`;
}

describe("headers of every answer", () => {
  it("are those that ARM sends", async () => {
    const { headers } = await azure.raw("GET", `${azure.group}?api-version=2024-03-01`, {
      headers: { "x-ms-correlation-request-id": "11111111-2222-3333-4444-555555555555" },
    });

    expect(headers).toMatchObject({
      "cache-control": "no-cache",
      pragma: "no-cache",
      expires: "-1",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "content-type": "application/json; charset=utf-8",
      "x-ms-request-id": expect.stringMatching(GUID),
      "x-ms-correlation-request-id": "11111111-2222-3333-4444-555555555555",
      "x-ms-routing-request-id": expect.stringMatching(/^WESTUS2:\d{8}T\d{6}Z:[0-9a-f-]{36}$/),
      "x-ms-ratelimit-remaining-subscription-reads": "249",
      "x-ms-ratelimit-remaining-subscription-global-reads": "3749",
    });
  });

  it("count a write as a write", async () => {
    const { headers } = await azure.raw("PUT", `${azure.group}?api-version=2024-03-01`, {
      json: { location: "westus2" },
    });

    expect(headers["x-ms-operation-identifier"]).toMatch(
      new RegExp(`^tenantId=${azure.core.tenantId},objectId=${azure.core.objectId}/westus2/[0-9a-f-]{36}$`),
    );
    expect(headers["x-ms-ratelimit-remaining-subscription-writes"]).toBe("199");
    expect(headers["x-ms-ratelimit-remaining-subscription-reads"]).toBeUndefined();
  });

  it.each([
    ["true", "my-id"],
    ["false", undefined],
  ])("echo the client's request id only when asked (%s)", async (asked, echoed) => {
    const { headers } = await azure.raw("GET", `${azure.group}?api-version=2024-03-01`, {
      headers: { "x-ms-client-request-id": "my-id", "x-ms-return-client-request-id": asked },
    });

    expect(headers["x-ms-client-request-id"]).toBe(echoed);
  });
});

describe("api-version", () => {
  it.each(["", "?api-version="])("is required (%p)", async (query) => {
    const { status, body, headers } = await azure.raw("GET", `${networks()}${query}`);

    expect(status).toBe(400);
    expect(body.error).toEqual({
      code: "MissingApiVersionParameter",
      message: "The api-version query parameter (?api-version=) is required for all requests.",
    });
    expect(headers["x-ms-failure-cause"]).toBe("gateway");
  });

  it("must be a date", async () => {
    const { status, body } = await azure.raw("GET", `${networks()}?api-version=latest`);

    expect(status).toBe(400);
    expect(body.error.code).toBe("InvalidApiVersionParameter");
    expect(body.error.message).toMatch(
      /^The api-version 'latest' is invalid\. The supported versions are '.*2024-05-01.*'\.$/,
    );
  });

  it("must be one that the resource type has", async () => {
    const { status, body } = await azure.raw("GET", `${networks("v")}?api-version=2099-01-01`);

    expect(status).toBe(400);
    expect(body.error.code).toBe("NoRegisteredProviderFound");
    expect(body.error.message).toMatch(
      /^No registered resource provider found for location 'westus2' and API version '2099-01-01' for type 'virtualNetworks'\. The supported api-versions are '.*, 2024-05-01, .*'\. The supported locations are 'eastus, .*'\.$/,
    );
  });

  it("of ARM's own types has ARM's own error", async () => {
    const { status, body } = await azure.raw("GET", `${azure.group}?api-version=2099-01-01`);

    expect(status).toBe(400);
    expect(body.error.code).toBe("InvalidApiVersionParameter");
  });

  // azure-arm.md 1 and 12.2
  it.each([
    ["virtualNetworks", ["2024-05-01", "2025-07-01"]],
    ["virtualNetworks/v/subnets", ["2024-05-01", "2024-07-01"]],
    ["networkSecurityGroups", ["2024-05-01", "2022-01-01"]],
    ["publicIPAddresses", ["2024-05-01", "2025-09-01"]],
    ["networkInterfaces", ["2024-05-01", "2023-11-01"]],
  ])("of %s is taken in azure-native's and in az's form", async (type, versions) => {
    await azure.make(networks("v"), NETWORK_VERSION, {
      location: "westus2",
      properties: { addressSpace: { addressPrefixes: ["10.9.0.0/16"] } },
    });

    for (const version of versions) {
      const answer = await azure.raw(
        "GET",
        `${azure.group}/providers/Microsoft.Network/${type}?api-version=${version}`,
      );
      expect(answer.status).toBe(200);
    }
  });

  it("2020-10-01 reads a resource group, as the provider does for its location", async () => {
    const { status, body } = await azure.raw("GET", `${azure.group}?api-version=2020-10-01`);

    expect(status).toBe(200);
    expect(body.location).toBe("westus2");
  });
});

describe("what does not exist", () => {
  it.each([
    [
      "a resource",
      () => networks("none"),
      "ResourceNotFound",
      "The Resource 'Microsoft.Network/virtualNetworks/none' under resource group 'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    ],
    [
      "a resource group",
      () => networks("v").replace("/rg/", "/nowhere/"),
      "ResourceGroupNotFound",
      "Resource group 'nowhere' could not be found.",
    ],
    [
      "a parent",
      () => networks("none/subnets/s"),
      "ParentResourceNotFound",
      "Can not perform requested operation on nested resource. Parent resource 'none' not found.",
    ],
    [
      "a subscription",
      () => "/subscriptions/other/resourceGroups/rg",
      "SubscriptionNotFound",
      "The subscription 'other' could not be found.",
    ],
  ])("%s is told with Azure's error", async (_what, url, code, message) => {
    const answer = await azure.raw("GET", `${url()}?api-version=2024-05-01`);

    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: { code, message } });
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
  });

  it("is deleted with 204", async () => {
    const answer = await azure.raw("DELETE", `${networks("none")}?api-version=${NETWORK_VERSION}`);

    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
  });

  it.each([
    ["rg", 204],
    ["nowhere", 404],
  ])("a HEAD of the group %s answers %i", async (name, status) => {
    const url = azure.group.replace(/rg$/, name);

    expect(await azure.raw("HEAD", `${url}?api-version=2024-03-01`)).toMatchObject({ status, body: undefined });
  });
});

describe("what the simulator does not know", () => {
  it.each([
    ["GET", "/subscriptions/SUB/providers/Microsoft.Unknown/things"],
    ["PUT", "/subscriptions/SUB/resourceGroups/rg/providers/Microsoft.Sql/servers/s"],
    ["POST", "/subscriptions/SUB/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/checkAll"],
    ["PATCH", "/subscriptions/SUB/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s"],
    ["PUT", "/subscriptions/SUB/resourceGroups/rg/providers/Microsoft.Authorization/denyAssignments/d"],
    ["OPTIONS", "/anything"],
    ["GET", "/%E0%A4%A"],
  ])("is answered 501 and told: %s %s", async (method, path) => {
    azure.problems.length = 0;
    const url = path.replace("SUB", azure.core.subscriptionId);

    const { status, body } = await azure.raw(method, `${url}?api-version=2024-05-01`);

    expect(status).toBe(501);
    expect(body.error).toEqual({ code: "NotSimulated", message: `The simulated Azure does not know ${method} ${url}` });
    expect(azure.problems).toEqual([`The simulated Azure does not know ${method} ${url}`]);
  });
});

describe("bodies", () => {
  const put = (request: { json?: unknown; text?: string }) =>
    azure.raw("PUT", `${networks("body")}?api-version=${NETWORK_VERSION}`, request);

  it.each([
    ["nothing", {}, "InvalidRequestContent"],
    ["no JSON", { text: "{" }, "InvalidRequestContent"],
    ["a list", { json: [] }, "InvalidRequestContent"],
    [
      "a wrong type",
      { json: { location: "westus2", properties: { addressSpace: "10.0.0.0/8" } } },
      "InvalidRequestContent",
    ],
    ["no location", { json: { properties: {} } }, "LocationRequired"],
    ["no such region", { json: { location: "moon" } }, "LocationNotAvailableForResourceType"],
  ])("with %s are refused", async (_what, request, code) => {
    const { status, body } = await put(request);

    expect(status).toBe(400);
    expect(body.error.code).toBe(code);
  });

  it("say which member does not fit", async () => {
    const { body } = await put({ json: { location: "westus2", properties: { addressSpace: "10.0.0.0/8" } } });

    expect(body.error.message).toBe(
      "The request content was invalid and could not be deserialized: " +
        "'Cannot deserialize value \"10.0.0.0/8\" into an object. Path 'properties.addressSpace''.",
    );
  });

  it("above 4 MB are refused", async () => {
    const { status, body } = await put({ json: { location: "westus2", tags: { a: "x".repeat(4 * 1024 * 1024) } } });

    expect(status).toBe(413);
    expect(body.error.code).toBe("RequestEntityTooLarge");
  });

  it("may name the region as people write it", async () => {
    const made = await azure.make(networks("spelling"), NETWORK_VERSION, {
      location: "West US 2",
      properties: { addressSpace: { addressPrefixes: ["10.8.0.0/16"] } },
    });

    expect(made.location).toBe("westus2");
  });

  it("cannot move a resource to another region", async () => {
    const body = { location: "westus2", properties: { addressSpace: { addressPrefixes: ["10.8.0.0/16"] } } };
    await azure.make(networks("moved"), NETWORK_VERSION, body);

    const answer = await azure.raw("PUT", `${networks("moved")}?api-version=${NETWORK_VERSION}`, {
      json: { ...body, location: "eastus" },
    });

    expect(answer.status).toBe(409);
    expect(answer.body.error).toEqual({
      code: "InvalidResourceLocation",
      message:
        "The resource 'moved' already exists in location 'westus2' in resource group 'rg'. A resource with the same " +
        "name cannot be created in location 'eastus'. Please select a new resource name.",
    });
  });

  it("cannot set what is read-only", async () => {
    const made = await azure.make(networks("readonly"), NETWORK_VERSION, {
      location: "westus2",
      etag: "mine",
      properties: {
        addressSpace: { addressPrefixes: ["10.8.0.0/16"] },
        resourceGuid: "mine",
        provisioningState: "Mine",
      },
    });

    expect(made.properties.resourceGuid).toMatch(GUID);
    expect(made.properties.provisioningState).toBe("Succeeded");
    expect(made.etag).toMatch(/^W\/"/);
  });
});

describe("the port", () => {
  it("is told when it is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as { port: number };

    await expect(startCore({ port })).rejects.toThrow(new PortTakenError(port).message);
    holder.close();
  });
});
