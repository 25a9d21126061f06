import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";

import azureNative from "@pulumi/azure-native/package.json";

import { stillRunning } from "../engine/is-running";
import { FakeArm } from "./fake-arm";
import { CallError, ProviderPlugin } from "./provider-plugin";

let arm: FakeArm;
let plugin: ProviderPlugin;

beforeAll(async () => {
  arm = await FakeArm.start();
  plugin = await ProviderPlugin.start("azure-native", { NODE_EXTRA_CA_CERTS: arm.environment.NODE_EXTRA_CA_CERTS! });
});

afterAll(async () => {
  await plugin.stop();
  await arm.stop();
});

const copy = { resourceGroupName: "rescue", diskName: "copy" };

const complete = () => ({
  "azure-native:config:metadataHost": arm.host,
  "azure-native:config:subscriptionId": arm.subscriptionId,
  "azure-native:config:tenantId": arm.tenantId,
  "azure-native:config:clientId": "client",
  "azure-native:config:clientSecret": "client-secret-value",
});

it.each([
  ["metadataHost", "ARM_METADATA_HOSTNAME"],
  ["subscriptionId", "ARM_SUBSCRIPTION_ID"],
  ["tenantId", "ARM_TENANT_ID"],
  ["clientId", "ARM_CLIENT_ID"],
  ["clientSecret", "ARM_CLIENT_SECRET"],
])("fails when %s is missing, and says where to set it", async (name, variable) => {
  const variables = Object.fromEntries(Object.entries(complete()).filter(([key]) => !key.endsWith(`:${name}`)));

  const error = await plugin.configure(variables).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

  expect(error).toBeInstanceOf(CallError);
  const { message } = error as CallError;
  expect(message).toContain(`not configured: ${name} missing. Set ${variable}, or`);
  expect(message).not.toContain("client-secret-value");
});

it("names all that is missing at once", async () => {
  await expect(plugin.configure()).rejects.toThrow(
    /metadataHost, subscriptionId, tenantId, clientId, clientSecret missing/,
  );
});

it("fails when nobody answers at the metadata host", async () => {
  const gone = await FakeArm.start();
  const { host } = gone;
  await gone.stop();

  await expect(plugin.configure({ ...complete(), "azure-native:config:metadataHost": host })).rejects.toThrow(
    /metadataHost "localhost:\d+" does not answer .*ECONNREFUSED/,
  );
});

it("fails when the metadata host is something else", async () => {
  const variables = { ...complete(), "azure-native:config:metadataHost": `https://${arm.host}/elsewhere` };

  await expect(plugin.configure(variables)).rejects.toThrow(/gave no description of a cloud .* status 404/);
});

it("takes its config from the provider's config, and tells what it can", async () => {
  const response = await plugin.configure(complete());

  expect(response.getSupportspreview()).toBe(true);
  // The engine keeps the marks of secrets itself for plugins that do not take them.
  expect(response.getAcceptsecrets()).toBe(false);
  expect(await plugin.invoke("azure-native:authorization:getClientConfig", {})).toEqual({
    clientId: "client",
    objectId: "object",
    subscriptionId: arm.subscriptionId,
    tenantId: arm.tenantId,
  });
});

it("says where signing in failed and why, without the secret", async () => {
  await plugin.configure({ ...complete(), "azure-native:config:clientSecret": "wrong-secret-value" });

  const error = await plugin.invoke("azure-native:compute:getDisk", copy).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

  expect(error).toBeInstanceOf(CallError);
  expect((error as CallError).message).toMatch(
    /signing in at https:\/\/localhost:\d+ failed: .*AADSTS7000215: Invalid client secret/,
  );
  expect((error as CallError).message).not.toContain("wrong-secret-value");
});

it("says at once that Azure is gone", async () => {
  const gone = await FakeArm.start();
  // Not the plugin of the other tests: whom a process trusts is settled when it starts.
  const other = await ProviderPlugin.start("azure-native", gone.environment);
  try {
    await other.configure();
    await expect(other.invoke("azure-native:compute:getDisk", copy)).rejects.toThrow("ResourceNotFound");
    await gone.stop();

    await expect(other.invoke("azure-native:compute:getDisk", copy)).rejects.toThrow(/ECONNREFUSED/);
  } finally {
    await other.stop();
  }
});

it("is of the version that the SDK asks for", async () => {
  const info = await plugin.call<PluginInfo>("getPluginInfo");

  expect(info.getVersion()).toBe(azureNative.version);
});

it("has a schema that says no more than name and version", async () => {
  const response = await plugin.call<GetSchemaResponse>("getSchema", new GetSchemaRequest());

  expect(JSON.parse(response.getSchema())).toEqual({ name: "azure-native", version: "3.28.0" });
});

it("ends when the process that started it was killed", async () => {
  const main = join(__dirname, "../../../rehearsal/provider/random/index.js");
  const script = `const c = require("node:child_process").spawn(process.execPath, [${JSON.stringify(main)}]); c.stdout.once("data", () => console.log(c.pid));`;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const orphan = Number(line.toString());
  parent.kill("SIGKILL");

  const stayed = await stillRunning([orphan], 10_000);
  for (const pid of stayed) process.kill(pid);

  expect(stayed).toEqual([]);
});
