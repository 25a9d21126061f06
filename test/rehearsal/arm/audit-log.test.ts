import { readFileSync, statSync } from "node:fs";

import { NETWORK_VERSION, startCore, type CoreFixture } from "./core-fixture";

let azure: CoreFixture;

beforeEach(async () => {
  azure = await startCore();
});

afterEach(() => azure.stop());

const network = () => `${azure.group}/providers/Microsoft.Network/virtualNetworks/v`;
const json = { location: "westus2", properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } } };

it("has one line a request, with who asked, what, and what came of it", async () => {
  await azure.raw("PUT", `${network()}?api-version=${NETWORK_VERSION}`, {
    json,
    headers: { "User-Agent": "tester/1", "x-ms-client-request-id": "request-1" },
  });

  const lines = await azure.audit();

  expect(lines).toHaveLength(azure.core.requests());
  expect(lines.at(-1)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    method: "PUT",
    path: network(),
    apiVersion: NETWORK_VERSION,
    status: 201,
    write: true,
    principal: azure.core.objectId,
    clientRequestId: "request-1",
    userAgent: "tester/1",
    virtualSeconds: 4,
  });
});

it("is on disk before the client has its answer", async () => {
  await azure.raw("GET", `${azure.group}?api-version=2024-03-01`);

  expect(readFileSync(azure.core.auditLog, "utf8").trim().split("\n")).toHaveLength(azure.core.requests());
});

it("knows reads from writes", async () => {
  await azure.make(network(), NETWORK_VERSION, json);
  await azure.raw(
    "POST",
    `/subscriptions/${azure.core.subscriptionId}/providers/Microsoft.Network/register?api-version=2019-05-01`,
  );
  await azure.raw("DELETE", `${network()}?api-version=${NETWORK_VERSION}`);

  const writes = (await azure.audit()).filter(({ write }) => write).map(({ method }) => method);

  expect(writes).toEqual(["PUT", "PUT", "DELETE"]);
});

it("has refused requests too, without a principal where there was none", async () => {
  await azure.raw("DELETE", `${network()}?api-version=${NETWORK_VERSION}`, { token: null });

  expect((await azure.audit()).at(-1)).toMatchObject({ status: 401, principal: null, write: false });
});

it("holds neither tokens nor secrets nor signatures", async () => {
  const { clientId, clientSecret, tenantId } = azure.core;
  const fields = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: "https://x/.default",
  };
  const token = await azure.raw("POST", `/${tenantId}/oauth2/v2.0/token`, {
    text: new URLSearchParams(fields).toString(),
    token: null,
  });
  await azure.make(network(), NETWORK_VERSION, json);

  const text = readFileSync(azure.core.auditLog, "utf8");

  expect(text).not.toContain(clientSecret);
  expect(text).not.toContain(token.body.access_token);
  expect(text).not.toMatch(/[?&](s|sig|h|c)=/);
  expect(statSync(azure.core.auditLog).mode & 0o077).toBe(0);
});
