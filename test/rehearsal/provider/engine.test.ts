import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { findReadyEngine, Pulumi, resourceSteps, type EngineEvent, type RunOptions } from "../../../rehearsal/engine";
import { type RunningPlugins, startPlugins } from "../../stack/support/running-plugins";
import { FakeArm } from "./fake-arm";

jest.setTimeout(60_000);

const repository = join(__dirname, "../../..");

let arm: FakeArm;
let folder: string;
let environment: Readonly<Record<string, string>>;
let pulumi: Pulumi;
let plugins: RunningPlugins | undefined;

beforeAll(async () => {
  arm = await FakeArm.start();
  folder = mkdtempSync(join(tmpdir(), "stand-in-"));
  cpSync(join(__dirname, "program"), folder, { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const standIn = (name: string) => ({ name, path: join(repository, "rehearsal/provider", name) });
  const plugins = { providers: [standIn("azure-native"), standIn("random")] };
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: "stand-in-test", runtime, plugins }));
  environment = { ...arm.environment, FOUND_ID: foundId(), PULUMI_CONFIG_PASSPHRASE: "for this test" };
  pulumi = await openPulumi();
  await pulumi.run(["stack", "init", "test"]);
});

afterAll(async () => {
  await plugins?.stop();
  rmSync(folder, { recursive: true, force: true });
  await arm.stop();
});

/** A disk that nobody made with this program. */
function foundId(): string {
  return arm.path("/resourceGroups/rescue-old/providers/Microsoft.Compute/disks/found");
}

/** @param more variables for the engine */
async function openPulumi(more: Readonly<Record<string, string>> = {}): Promise<Pulumi> {
  return Pulumi.open({
    engine: await findReadyEngine(),
    projectFolder: folder,
    workFolder: join(folder, "work"),
    environment: { ...environment, ...more },
  });
}

interface Run {
  /** `operation name`, of resources of the packages that are stood in for. */
  readonly steps: string[];
  /** Paths of changed properties, by the resource's name. */
  readonly changes: Record<string, string[]>;
}

async function run(command: string[], options: RunOptions = {}): Promise<Run> {
  const result: Run = { steps: [], changes: {} };
  const toStep = resourceSteps();
  const onEvent = (event: EngineEvent) => {
    const told = toStep(event);
    const details = event.resourcePreEvent?.metadata.detailedDiff;
    if (told?.state === "started" && !told.type.startsWith("pulumi:"))
      result.steps.push(`${told.operation} ${told.name}`);
    if (told !== undefined && details) result.changes[told.name] = Object.keys(details).sort();
    options.onEvent?.(event);
  };
  await pulumi.run([...command, "--stack", "test"], { ...options, onEvent });
  return result;
}

/** The stack's state as the engine writes it, as text. */
async function state(): Promise<string> {
  return pulumi.run(["stack", "export", "--stack", "test"]);
}

function resourceIn(text: string, name: string): any {
  const { deployment } = JSON.parse(text) as { deployment: { resources: { urn: string }[] } };
  return deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
}

// One life of one stack: what a test leaves behind is what the next one begins with.

it("stops when it is told to, keeps what had begun, and imports what was there before", async () => {
  const properties = { creationData: { createOption: "Empty" }, diskState: "Unattached" };
  const found = { id: foundId(), name: "found", type: "Microsoft.Compute/disks", location: "westeurope", properties };
  arm.resources.set(foundId().toLowerCase(), found);
  const interrupt = new AbortController();
  arm.holdOperations(true);
  void arm.nextRequest(/operations/).then(() => interrupt.abort(new Error("interrupted")));

  await expect(run(["up", "--yes", "--skip-preview"], { signal: interrupt.signal })).rejects.toThrow("interrupted");

  arm.holdOperations(false);
  const text = await state();
  expect(resourceIn(text, "found")).toMatchObject({ id: foundId(), outputs: { diskState: "Unattached" } });
  expect(resourceIn(text, "disk")).toMatchObject({
    id: expect.stringMatching(
      /\/resourceGroups\/rescue[0-9a-f]{8}\/providers\/Microsoft.Compute\/disks\/disk[0-9a-f]{8}$/,
    ),
    initErrors: ["the operation was cancelled"],
    outputs: { diskSizeGB: 4 },
  });
  expect(resourceIn(text, "snapshot")).toBeUndefined();
  const { id } = resourceIn(text, "disk") as { id: string };
  const password = arm.resources.get(id.toLowerCase())?.tags.password as string;
  expect(password).toMatch(/^[a-zA-Z0-9]{24}$/);
  expect(text).not.toContain(password);
  expect(arm.requests.filter(({ method, url }) => method === "PUT" && url.includes("found"))).toEqual([]);
});

it("goes on where it stopped, and the password is in Azure and not in the state", async () => {
  // Above, the engine starts the stand-ins itself and cancels them; from here on it attaches to these.
  plugins = await startPlugins(environment);
  pulumi = await openPulumi(plugins.environment);
  const { steps } = await run(["up", "--yes", "--skip-preview"]);

  expect(steps.sort()).toEqual(["create snapshot", "same found", "same password", "same rescue", "update disk"]);
  const { password } = await pulumi.outputs({ stack: "test", showSecrets: true });
  const text = await state();
  expect(password).toMatch(/^[a-zA-Z0-9]{24}$/);
  expect(arm.resources.get((resourceIn(text, "disk") as { id: string }).id.toLowerCase())).toMatchObject({
    tags: { password },
  });
  expect(text).not.toContain(password);
});

it("previews what changes: an update, and a replacement for the property that the program names", async () => {
  arm.taken();

  const { steps, changes } = await run(["preview", "--refresh", "--config", "step=change"]);

  expect(steps.filter((line) => !/^(same|refresh) /.test(line)).sort()).toEqual([
    "create-replacement snapshot",
    "delete-replaced snapshot",
    "replace snapshot",
    "update disk",
  ]);
  expect(changes).toEqual({ disk: ["tags.step"], snapshot: ["creationData.sourceResourceId"] });
  expect(arm.taken().filter((line) => !line.startsWith("GET"))).toEqual([]);
});

it("destroys everything that it made, and nothing else", async () => {
  const { steps } = await run(["destroy", "--yes", "--skip-preview"]);

  expect(steps.filter((line) => line.startsWith("delete")).sort()).toEqual([
    "delete disk",
    "delete found",
    "delete password",
    "delete rescue",
    "delete snapshot",
  ]);
  expect([...arm.resources.keys()]).toEqual([foundId().toLowerCase()]);
});
