import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";

import { startAzureNative, type AzureNativeWithArm } from "./azure-native-with-arm";
import type { FakeArm } from "./fake-arm";
import { FakeEngine } from "./fake-engine";
import { CallError, type ProviderPlugin } from "./provider-plugin";

const DISK = "azure-native:compute:Disk";
const GROUP = "azure-native:resources:ResourceGroup";

let running: AzureNativeWithArm;
let arm: FakeArm;
let plugin: ProviderPlugin;
let number = 0;
let inputs: Record<string, any>;
let id: string;

beforeEach(() => {
  number++;
  inputs = {
    resourceGroupName: "rescue",
    diskName: `copy${number}`,
    location: "westeurope",
    creationData: { createOption: "Empty" },
  };
  id = arm.path(`/resourceGroups/rescue/providers/Microsoft.Compute/disks/copy${number}`);
  arm.taken();
});

beforeAll(async () => {
  running = await startAzureNative();
  ({ arm, plugin } = running);
});

afterAll(() => running.stop());

async function failureOf(call: Promise<unknown>): Promise<CallError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CallError);
  return error as CallError;
}

it("does not touch a resource that exists already", async () => {
  await plugin.create(DISK, inputs);
  arm.taken();

  const error = await failureOf(plugin.create(DISK, inputs));

  expect(error.message).toBe(`cannot create already existing resource '${id}'`);
  expect(error.partial).toBeUndefined();
  expect(arm.taken()).toHaveLength(1);
});

it("does not write when it cannot find out whether the resource exists", async () => {
  arm.answerNext(/^GET .*disks/, { status: 403, body: { error: { code: "AuthorizationFailed", message: "No." } } });

  const error = await failureOf(plugin.create(DISK, inputs));

  expect(error.message).toBe(
    `cannot check existence of resource '${id}': status code 403, Status=403 Code="AuthorizationFailed" Message="No."`,
  );
  expect(arm.taken()).toHaveLength(1);
});

it("fails in the real plugin's words when Azure refuses, and leaves nothing in the state", async () => {
  const message = "Disk x is attached to VM /y.";
  arm.answerNext(/^PUT/, { status: 409, body: { error: { code: "OperationNotAllowed", message } } });

  const error = await failureOf(plugin.create(DISK, inputs));

  expect(error.message).toBe(`Status=409 Code="OperationNotAllowed" Message="${message}"`);
  expect(error.partial).toBeUndefined();
});

it("keeps a resource whose creation was accepted and failed later", async () => {
  arm.answerNext(/operations/, {
    status: 200,
    body: { status: "Failed", error: { code: "AllocationFailed", message: "No room." } },
  });

  const error = await failureOf(plugin.create(DISK, inputs));

  expect(error.message).toBe('Status=200 Code="AllocationFailed" Message="No room."');
  expect(error.partial).toMatchObject({ id, inputs, reasons: [error.message] });
  expect(error.partial?.outputs).toMatchObject({ name: inputs.diskName, creationData: { createOption: "Empty" } });
});

it("keeps a resource whose update failed, and one that cannot be read then", async () => {
  const { outputs } = await plugin.create(DISK, inputs);
  arm.answerNext(/operations/, { status: 200, body: { status: "Failed", error: { code: "Broken", message: "Why." } } });
  arm.answerNext(/^GET .*disks/, { status: 403, body: { error: { code: "AuthorizationFailed", message: "No." } } });

  const error = await failureOf(plugin.update(DISK, id, { inputs, outputs }, { ...inputs, tags: { a: "1" } }));

  expect(error.message).toBe(
    'resource created but read failed Status=403 Code="AuthorizationFailed" Message="No.": Status=200 Code="Broken" Message="Why."',
  );
  expect(error.partial).toMatchObject({ id, inputs: { tags: { a: "1" } }, outputs: {} });
});

it("takes the answer to the write, and warns, when the resource cannot be read after it", async () => {
  const engine = await FakeEngine.start();
  await plugin.call("attach", new PluginAttach().setAddress(engine.address));
  arm.answerNext(
    /^GET .*resourcegroups/,
    { status: 403, body: { error: { code: "Denied", message: "No." } } },
    { skip: 1 },
  );

  const { outputs } = await plugin.create(GROUP, { resourceGroupName: `group${number}`, location: "westeurope" });

  expect(outputs).toMatchObject({ name: `group${number}`, location: "westeurope" });
  expect(await engine.message()).toEqual({
    severity: "WARNING",
    urn: expect.stringMatching(/::logical$/),
    message: 'Failed to read resource after the write: Status=403 Code="Denied" Message="No."',
  });
  engine.stop();
});

it("fails when a resource cannot be deleted", async () => {
  await plugin.create(DISK, inputs);
  arm.answerNext(/^DELETE/, { status: 409, body: { error: { code: "OperationNotAllowed", message: "Attached." } } });

  const error = await failureOf(plugin.delete(DISK, id));

  expect(error.message).toBe('Status=409 Code="OperationNotAllowed" Message="Attached."');
});

it.each([
  ["another operation is in progress", 409, "AnotherOperationInProgress"],
  ["there are too many requests", 429, "TooManyRequests"],
  ["the service is not there", 503, "ServerBusy"],
])("tries again when %s, as soon as the service allows", async (_title, status, code) => {
  arm.answerNext(
    /^PUT/,
    { status, headers: { "retry-after-ms": "1" }, body: { error: { code, message: "Later." } } },
    { times: 2 },
  );

  await plugin.create(DISK, inputs);

  expect(arm.taken().filter((line) => line.startsWith("PUT"))).toHaveLength(3);
});

it("gives up after three tries", async () => {
  arm.answerNext(
    /^PUT/,
    { status: 503, headers: { "retry-after-ms": "1" }, body: { error: { code: "ServerBusy", message: "Later." } } },
    { times: 9 },
  );

  const error = await failureOf(plugin.create(DISK, inputs));

  expect(error.message).toBe('Status=503 Code="ServerBusy" Message="Later."');
  expect(arm.taken().filter((line) => line.startsWith("PUT"))).toHaveLength(4);
  arm.forgetRules();
});

it("ends an operation that takes longer than customTimeouts allow, and keeps what there is", async () => {
  arm.holdOperations(true);

  const error = await failureOf(plugin.create(DISK, inputs, { timeout: 0.2 }));

  arm.holdOperations(false);
  expect(error.message).toBe(
    "the operation did not end within 0.2 s; the resource option customTimeouts sets another limit",
  );
  expect(error.partial).toMatchObject({ id, outputs: { name: inputs.diskName } });
});

it("ends what runs when the engine cancels, and keeps what there is", async () => {
  arm.holdOperations(true);
  const running = failureOf(plugin.create(DISK, inputs));
  await arm.nextRequest(/operations/);

  await plugin.call("cancel");

  const error = await running;
  arm.holdOperations(false);
  expect(error.message).toBe("the operation was cancelled");
  expect(error.partial).toMatchObject({ id, outputs: { name: inputs.diskName } });
  // Cancelled is cancelled: nothing new is begun.
  expect((await failureOf(plugin.create(GROUP, { resourceGroupName: "late", location: "x" }))).message).toBe(
    "the operation was cancelled",
  );
});
