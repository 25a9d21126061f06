import { setTimeout as wait } from "node:timers/promises";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";

import { AzureError } from "../../../rehearsal/arm/azure-error";
import { textAt } from "../../../rehearsal/arm/json";
import { COMPUTE, COMPUTE_DISK, NETWORK, STORAGE, type LongRunning } from "../../../rehearsal/arm/long-running";
import type { ResourceType } from "../../../rehearsal/arm/resource-type";
import { CORE_TYPES, NETWORK_VERSION, startCore, type CoreFixture, type RawAnswer } from "./core-fixture";

class DiskBroke extends AzureError {
  constructor() {
    super(409, "DiskBroke", "The disk broke.", { target: "disk" });
  }
}

/** A type in each namespace's style; `properties.fail` makes the work fail, `properties.defect` makes it throw anything else. */
function example(segment: string, longRunning: LongRunning): ResourceType {
  return {
    type: `Microsoft.Example/${segment}`,
    apiVersions: ["2024-01-01"],
    tracked: true,
    longRunning,
    deletePreempts: segment === "machines",
    put: ({ body }) => ({
      body,
      work: async (resource, signal) => {
        const kind = textAt(body, "properties", "work");
        if (kind === "fail") {
          throw new DiskBroke();
        }
        if (kind === "defect") {
          throw new TypeError("undefined is not a function");
        }
        if (kind === "long") {
          await wait(60_000, undefined, { signal });
        }
        if (kind === "deaf") {
          await wait(60_000, undefined, { signal }).catch(() => undefined);
        }
        resource.body = { ...resource.body, properties: { ready: true } };
      },
    }),
    patch: ({ existing }) => ({ body: existing.body }),
    delete: () => ({}),
    actions: {
      beginGetAccess: {
        method: "POST",
        writes: true,
        longRunning: longRunning.action,
        run: () => ({ work: () => ({ accessSAS: "https://md-1.blob/x?sig=secret" }) }),
      },
      listKeys: { method: "POST", writes: false, run: () => ({ answer: { keys: [] } }) },
    },
  };
}

const EXAMPLES = [
  example("machines", COMPUTE),
  example("disks", COMPUTE_DISK),
  example("networks", NETWORK),
  example("accounts", STORAGE),
];

let azure: CoreFixture;

beforeAll(async () => {
  azure = await startCore({ types: [...CORE_TYPES, ...EXAMPLES] });
});

afterAll(() => azure.stop());

let number = 0;

function newId(segment: string): string {
  number += 1;
  return `${azure.group}/providers/Microsoft.Example/${segment}/n${number}`;
}

function put(id: string, work?: string): Promise<RawAnswer> {
  return azure.raw("PUT", `${id}?api-version=2024-01-01`, { json: { location: "westus2", properties: { work } } });
}

function get(id: string): Promise<RawAnswer> {
  return azure.raw("GET", `${id}?api-version=2024-01-01`);
}

function state(answer: RawAnswer): unknown {
  return answer.body.properties.provisioningState;
}

describe("the first answer", () => {
  // azure-arm.md 3.3 to 3.7
  it.each([
    [
      "machines",
      201,
      "Creating",
      /\/providers\/Microsoft\.Compute\/locations\/westus2\/operations\/[^?]+\?p=.*&api-version=2024-01-01&t=.*&c=.*&s=.*&h=/,
      undefined,
    ],
    [
      "disks",
      202,
      "Updating",
      /\/Microsoft\.Compute\/locations\/westus2\/DiskOperations\/[^?]+\?p=/,
      /\/DiskOperations\/[^?]+\?p=[^&]+&monitor=true&api-version=/,
    ],
    [
      "networks",
      201,
      "Updating",
      /\/Microsoft\.Network\/locations\/westus2\/operations\/[^?]+\?api-version=/,
      undefined,
    ],
    [
      "accounts",
      202,
      undefined,
      undefined,
      /\/Microsoft\.Storage\/locations\/westus2\/asyncoperations\/[^?]+\?.*monitor=true&api-version=/,
    ],
  ])("to a creating PUT of %s is as recorded", async (segment, status, provisioningState, asyncOperation, location) => {
    const answer = await put(newId(segment));

    expect(answer.status).toBe(status);
    expect(answer.body?.properties.provisioningState).toBe(provisioningState);
    const headers = { asyncOperation: answer.headers["azure-asyncoperation"], location: answer.headers.location };
    expect(headers).toEqual({
      asyncOperation: asyncOperation && expect.stringMatching(asyncOperation),
      location: location && expect.stringMatching(location),
    });
    expect(answer.headers["azure-asyncnotification"]).toBe(asyncOperation && "Enabled");
    expect(answer.headers["content-type"]).toBe(
      segment === "accounts" ? "text/plain" : "application/json; charset=utf-8",
    );
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect(Number(answer.headers["retry-after-ms"])).toBeLessThan(1000);
  });

  it.each([
    ["machines", 200],
    ["disks", 202],
    ["networks", 200],
    ["accounts", 200],
  ])("to an updating PUT of %s has status %i", async (segment, status) => {
    const id = newId(segment);
    await azure.poll(await put(id));

    expect((await put(id)).status).toBe(status);
  });

  it.each([
    ["machines", 202],
    ["disks", 202],
    ["networks", 202],
    ["accounts", 200],
  ])("to a DELETE of %s has status %i, no body, and polling URLs when it is 202", async (segment, status) => {
    const id = newId(segment);
    await azure.poll(await put(id));

    const answer = await azure.raw("DELETE", `${id}?api-version=2024-01-01`);

    expect(answer).toMatchObject({ status, body: undefined });
    expect([answer.headers["azure-asyncoperation"], answer.headers.location].every(Boolean)).toBe(status === 202);
  });
});

describe("polling", () => {
  it("of Compute ends with times, status and name, and the resource is ready by then", async () => {
    const id = newId("machines");

    const last = await azure.poll(await put(id));

    const times = { startTime: expect.stringMatching(/Z$/), endTime: expect.stringMatching(/Z$/) };
    expect(last).toMatchObject({ status: 200, body: { ...times, status: "Succeeded", name: expect.any(String) } });
    expect(last.body.properties).toBeUndefined();
    expect((await get(id)).body.properties).toEqual({ provisioningState: "Succeeded", ready: true });
  });

  it("of a disk ends with the resource as output, at both URLs", async () => {
    const first = await put(newId("disks"));

    const document = await azure.raw("GET", first.headers["azure-asyncoperation"]!);
    const result = await azure.raw("GET", first.headers.location!);

    expect(document.body.properties.output).toEqual(result.body);
    expect(result).toMatchObject({
      status: 200,
      body: { properties: { provisioningState: "Succeeded", ready: true } },
    });
  });

  it("of Network knows a status and nothing else", async () => {
    expect((await azure.poll(await put(newId("networks")))).body).toEqual({ status: "Succeeded" });
  });

  it("of a storage account ends with the whole account", async () => {
    const id = newId("accounts");

    expect((await azure.poll(await put(id))).body).toEqual((await get(id)).body);
  });

  it("is held until the operation ends, or says so while it runs", async () => {
    const impatient = await startCore({ types: EXAMPLES.concat(CORE_TYPES), pollHoldMilliseconds: 5 });
    const id = `${impatient.group}/providers/Microsoft.Example/disks/slow`;
    const json = { location: "westus2", properties: { work: "long" } };
    const first = await impatient.raw("PUT", `${id}?api-version=2024-01-01`, { json });

    const document = await impatient.raw("GET", first.headers["azure-asyncoperation"]!);
    const result = await impatient.raw("GET", first.headers.location!);
    await impatient.stop();

    expect(document).toMatchObject({ status: 200, body: { status: "InProgress" } });
    expect(document.body.endTime).toBeUndefined();
    expect(result).toMatchObject({ status: 202, body: undefined });
    expect(result.headers.location).toContain("monitor=true");
  });

  it("of an action ends with its output", async () => {
    const id = newId("disks");
    await azure.poll(await put(id));

    const first = await azure.raw("POST", `${id}/beginGetAccess?api-version=2024-01-01`, { json: {} });
    const document = await azure.raw("GET", first.headers["azure-asyncoperation"]!);
    const result = await azure.raw("GET", first.headers.location!);

    expect(first).toMatchObject({ status: 202, body: undefined });
    expect(document.body.properties.output).toEqual({ accessSAS: "https://md-1.blob/x?sig=secret" });
    expect(result).toMatchObject({ status: 200, body: { accessSAS: "https://md-1.blob/x?sig=secret" } });
  });
});

describe("work that fails", () => {
  it("leaves a Failed resource and an operation that says why, at 200", async () => {
    const id = newId("machines");

    const last = await azure.poll(await put(id, "fail"));

    expect(last).toMatchObject({
      status: 200,
      body: { status: "Failed", error: { code: "DiskBroke", message: "The disk broke.", target: "disk" } },
    });
    expect(state(await get(id))).toBe("Failed");
  });

  it("is answered with the error's own status at a Location URL", async () => {
    const last = await azure.poll(await put(newId("accounts"), "fail"));

    expect(last).toMatchObject({ status: 409, body: { error: { code: "DiskBroke" } } });
  });

  it("allows the next PUT", async () => {
    const id = newId("machines");
    await azure.poll(await put(id, "fail"));

    await azure.poll(await put(id));

    expect(state(await get(id))).toBe("Succeeded");
  });

  it("is a problem of the simulator when no AzureError", async () => {
    azure.problems.length = 0;
    const id = newId("machines");

    const last = await azure.poll(await put(id, "defect"));

    expect(last.body.error.code).toBe("InternalServerError");
    expect(azure.problems).toEqual([expect.stringContaining("undefined is not a function")]);
  });
});

describe("a resource that is being written", () => {
  it("refuses another write", async () => {
    const id = newId("disks");
    await put(id, "long");

    const answer = await put(id);

    expect(answer.status).toBe(409);
    expect(answer.body.error).toEqual({
      code: "Conflict",
      message: "The request failed due to conflict with a concurrent request. ",
    });
  });

  it.each(["long", "deaf"])(
    "is deleted at once where deletion preempts, and its %s work ends as Canceled",
    async (work) => {
      const id = newId("machines");
      const first = await put(id, work);

      const last = await azure.poll(await azure.raw("DELETE", `${id}?api-version=2024-01-01`));

      expect(last.body.status).toBe("Succeeded");
      expect((await azure.raw("GET", first.headers["azure-asyncoperation"]!)).body).toMatchObject({
        status: "Canceled",
        error: { code: "OperationPreempted" },
      });
      expect((await get(id)).status).toBe(404);
    },
  );

  it("ends with the simulator", async () => {
    const other = await startCore({ types: EXAMPLES.concat(CORE_TYPES) });
    const json = { location: "westus2", properties: { work: "long" } };
    const first = await other.raw("PUT", `${other.group}/providers/Microsoft.Example/disks/d?api-version=2024-01-01`, {
      json,
    });
    const held = other.raw("GET", first.headers["azure-asyncoperation"]!).catch(() => undefined);

    await other.stop();

    await held;
    expect(other.core.azure.operations.runningBelow(other.core.azure.store.all()[0]!.id)).toEqual([]);
  });
});

describe("official clients", () => {
  it("see a network through from PUT to DELETE", async () => {
    const client = new NetworkManagementClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
    const body = { location: "westus2", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } };

    const made = await client.virtualNetworks.beginCreateOrUpdateAndWait("rg", "client", body);
    await client.virtualNetworks.beginDeleteAndWait("rg", "client");

    expect(made.provisioningState).toBe("Succeeded");
    await expect(client.virtualNetworks.get("rg", "client")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
  });

  it("see a group through to its deletion", async () => {
    const client = new ResourceManagementClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
    await client.resourceGroups.createOrUpdate("client", { location: "westus2" });

    await client.resourceGroups.beginDeleteAndWait("client");

    await expect(client.resourceGroups.get("client")).rejects.toMatchObject({ code: "ResourceGroupNotFound" });
  });
});

describe("etags", () => {
  const network = (name: string) => `${azure.group}/providers/Microsoft.Network/virtualNetworks/${name}`;
  const json = { location: "westus2", properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } } };

  it("change while a resource becomes ready, and come as header and body", async () => {
    const first = await azure.raw("PUT", `${network("etag")}?api-version=${NETWORK_VERSION}`, { json });
    await azure.poll(first);

    const ready = await azure.raw("GET", `${network("etag")}?api-version=${NETWORK_VERSION}`);

    expect(ready.headers.etag).toBe(ready.body.etag);
    expect(ready.body.etag).toMatch(/^W\/"[0-9a-f-]{36}"$/);
    expect(ready.body.etag).not.toBe(first.body.etag);
  });

  it.each([
    ["If-Match", 'W/"other"'],
    ["If-None-Match", "*"],
  ])("that do not fit %s are refused with 412", async (header, value) => {
    const { etag } = await azure.make(network("conditional"), NETWORK_VERSION, json);

    const answer = await azure.raw("PUT", `${network("conditional")}?api-version=${NETWORK_VERSION}`, {
      json,
      headers: { [header]: value },
    });

    expect(answer.status).toBe(412);
    expect(answer.body.error).toEqual({
      code: "PreconditionFailed",
      message: "Precondition failed.",
      details: [
        {
          code: "PreconditionFailedEtagMismatch",
          message: `Etag provided in ${header.toLowerCase()} header ${value} does not match etag ${etag} of resource ${network("conditional")} in NRP data store.`,
        },
      ],
    });
  });

  it("that fit are taken", async () => {
    const { etag } = await azure.make(network("conditional"), NETWORK_VERSION, json);

    const answer = await azure.raw("PUT", `${network("conditional")}?api-version=${NETWORK_VERSION}`, {
      json,
      headers: { "If-Match": etag },
    });

    expect(answer.status).toBe(200);
    await azure.poll(answer);
  });

  it("make If-None-Match: * create and never replace", async () => {
    const answer = await azure.raw("PUT", `${network("only-new")}?api-version=${NETWORK_VERSION}`, {
      json,
      headers: { "If-None-Match": "*" },
    });

    expect(answer.status).toBe(201);
    await azure.poll(answer);
  });
});
