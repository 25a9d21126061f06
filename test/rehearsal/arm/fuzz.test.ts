import { randomUUID } from "node:crypto";
import fc from "fast-check";

import { childId, parseResourceId, providerId, resourceGroupScope } from "../../../rehearsal/arm/resource-id";
import { readRange } from "../../../rehearsal/arm/network/address-range";
import { readBody, shapeOf } from "../../../rehearsal/arm/shapes/body-shape";
import { anyUrlText } from "../../support/any-text";
import { NETWORK_VERSION, startCore, type CoreFixture } from "./core-fixture";

let azure: CoreFixture;

beforeAll(async () => {
  azure = await startCore({ millisecondsPerSecond: 0 });
  const network = `${azure.group}/providers/Microsoft.Network/virtualNetworks/parent`;
  const properties = { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } };
  await azure.make(network, NETWORK_VERSION, { location: "westus2", properties });
  const security = `${azure.group}/providers/Microsoft.Network/networkSecurityGroups/parent`;
  await azure.make(security, NETWORK_VERSION, { location: "westus2" });
});

afterAll(() => azure.stop());

const location = "westus2";
const rule = {
  protocol: "Tcp",
  access: "Allow",
  direction: "Inbound",
  priority: 100,
  sourceAddressPrefixes: ["10.0.0.0/8"],
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "3389",
};

/** A body that is accepted, by path below the resource group; every case changes one place of it. */
const BODIES: Record<string, object> = {
  "Microsoft.Network/virtualNetworks": {
    location,
    tags: { a: "b" },
    properties: {
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      subnets: [{ name: "s", properties: { addressPrefix: "10.0.0.0/24", networkSecurityGroup: { id: "x" } } }],
    },
  },
  "Microsoft.Network/virtualNetworks/parent/subnets": { properties: { addressPrefixes: ["10.0.0.0/24"] } },
  "Microsoft.Network/networkSecurityGroups": {
    location,
    properties: { securityRules: [{ name: "r", properties: rule }] },
  },
  "Microsoft.Network/networkSecurityGroups/parent/securityRules": { properties: rule },
  "Microsoft.Network/publicIPAddresses": {
    location,
    sku: { name: "Standard" },
    properties: { publicIPAllocationMethod: "Static" },
  },
  "Microsoft.Network/networkInterfaces": {
    location,
    properties: {
      ipConfigurations: [{ name: "ip", properties: { subnet: { id: "x" }, publicIPAddress: { id: "y" } } }],
    },
  },
  "Microsoft.ManagedIdentity/userAssignedIdentities": { location, tags: {} },
  "Microsoft.Authorization/roleAssignments": {
    properties: { roleDefinitionId: "x", principalId: "y", principalType: "User" },
  },
  "Microsoft.DevTestLab/schedules": { location, properties: { status: "Enabled", dailyRecurrence: { time: "1730" } } },
};

const API_VERSIONS: Record<string, string> = {
  "Microsoft.Network": NETWORK_VERSION,
  "Microsoft.ManagedIdentity": "2023-01-31",
  "Microsoft.Authorization": "2022-04-01",
  "Microsoft.DevTestLab": "2018-09-15",
};

/** A body with the value at one of its places exchanged for anything. */
function damaged(body: object): fc.Arbitrary<unknown> {
  return fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 3 })).map(([place, value]) => exchange(body, place, value));
}

function exchange(body: object, place: number, value: unknown): unknown {
  const places = [...everyPlace(body, [])];
  const path = places[place % places.length]!;
  const copy = structuredClone({ body }) as any;
  let holder = copy;
  for (const name of ["body", ...path].slice(0, -1)) {
    holder = holder[name];
  }
  holder[["body", ...path].at(-1)!] = value;
  return copy.body;
}

function* everyPlace(value: unknown, path: string[]): Generator<string[]> {
  yield path;
  if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      yield* everyPlace(inner, [...path, name]);
    }
  }
}

describe("any JSON body", () => {
  it.each(Object.keys(BODIES))("on %s is taken or refused, never a defect", async (type) => {
    const apiVersion = API_VERSIONS[type.split("/")[0]!]!;
    const anything = fc.oneof(
      { weight: 3, arbitrary: damaged(BODIES[type]!) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    const verbs = fc.constantFrom("PUT", "PUT", "PATCH", "DELETE");

    await fc.assert(
      fc.asyncProperty(verbs, anything, async (verb, json) => {
        const url = `${azure.group}/providers/${type}/${randomUUID()}?api-version=${apiVersion}`;
        const first = await azure.raw("PUT", url, { json });
        const second = await azure.raw(verb, url, { json });
        const read = await azure.raw("GET", url);

        for (const { status, body } of [first, second, read]) {
          expect(status === 501 ? 0 : status).toBeLessThan(500);
          expect(status < 400 || typeof body.error.message === "string").toBe(true);
        }
      }),
      { numRuns: 30 },
    );

    expect(azure.problems.filter((problem) => !problem.includes("does not know PATCH"))).toEqual([]);
  });
});

describe("any path and query", () => {
  it("is answered, never a defect", async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        "subscriptions",
        "SUB",
        "resourceGroups",
        "rg",
        "providers",
        "Microsoft.Network",
        "virtualNetworks",
        "operations",
        "locations",
      ),
      anyUrlText(10),
    );
    const method = fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD");

    await fc.assert(
      fc.asyncProperty(method, fc.array(segment, { maxLength: 10 }), anyUrlText(), async (verb, segments, query) => {
        const path = segments.join("/").replaceAll("SUB", azure.core.subscriptionId);
        const { status } = await azure.raw(verb, `/${path}?api-version=2024-05-01&${query}`);

        expect([500, 502]).not.toContain(status);
      }),
      { numRuns: 100 },
    );

    expect(azure.problems.filter((problem) => problem.includes("internal error"))).toEqual([]);
  });
});

describe("resource ids", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);

  it("come back from their text with the same parts", () => {
    fc.assert(
      fc.property(
        name,
        name,
        name,
        fc.array(fc.tuple(name, name), { maxLength: 3 }),
        (subscription, group, first, nested) => {
          let id = providerId(resourceGroupScope(subscription, group), "Microsoft.Test", "things", first);
          for (const [type, child] of nested) {
            fc.pre(type.toLowerCase() !== "providers");
            id = childId(id, type, child);
          }

          expect(parseResourceId(id.text)).toEqual(id);
        },
      ),
    );
  });

  it("understand extension resources on resources, and tenant-wide ones", () => {
    const onNetwork = parseResourceId("/subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/E.F/h/i")!;
    const inTenant = parseResourceId("/providers/Microsoft.Authorization/roleDefinitions/x")!;

    expect(onNetwork).toMatchObject({
      type: "E.F/h",
      name: "i",
      resourceGroup: "g",
      parent: { type: "A.B/c", name: "d" },
    });
    expect(inTenant).toMatchObject({ subscriptionId: null, resourceGroup: null, parent: null });
  });

  it("are refused for any other text, without an error", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const id = parseResourceId(text);

        expect(id === null || id.text.toLowerCase() === text.toLowerCase()).toBe(true);
      }),
    );
    expect(
      ["", "/", "x", "/subscriptions", "/subscriptions/s/x", "/subscriptions/s//providers/A/b/c"].map(parseResourceId),
    ).toEqual(Array<null>(6).fill(null));
  });
});

describe("address ranges", () => {
  it("are read back from what they were written as", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const range = readRange(`${address}/${length}`)!;

        expect(readRange(range.normal)).toEqual({ ...range, aligned: true });
        expect(range.size).toBe(2 ** (32 - length));
      }),
    );
  });
});

describe("body shapes", () => {
  it("let through only what has the right type, whatever comes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, partial) => {
        fc.pre(typeof value === "object" && value !== null && !Array.isArray(value));
        const result = readBody(shapeOf("compute", "VirtualMachine"), value, partial);

        expect("body" in result || result.violation.path !== "").toBe(true);
      }),
    );
  });

  it("keep a null where it removes something", () => {
    const identity = { type: "UserAssigned", userAssignedIdentities: { "/subscriptions/x": null } };

    expect(readBody(shapeOf("compute", "VirtualMachineUpdate"), { identity }, true)).toEqual({ body: { identity } });
  });

  it("drop what is read-only or unknown, and name what is missing", () => {
    const subnet = {
      id: "x",
      etag: "y",
      nonsense: 1,
      properties: { provisioningState: "Failed", addressPrefix: "10.0.0.0/24" },
    };
    const shape = shapeOf("compute", "Snapshot");

    expect(readBody(shapeOf("network", "Subnet"), subnet, false)).toEqual({
      body: { id: "x", properties: { addressPrefix: "10.0.0.0/24" } },
    });
    expect(readBody(shape, { location, properties: { creationData: {} } }, false)).toEqual({
      violation: {
        path: "properties.creationData.createOption",
        problem: "Required property 'createOption' not found in JSON.",
      },
    });
  });
});
