import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  findReadyEngine,
  Pulumi,
  PulumiCommandError,
  resourceSteps,
  type Engine,
  type EngineEvent,
  type ResourceStep,
} from "../../../rehearsal/engine";
import { stillRunning } from "./is-running";

const repository = join(__dirname, "..", "..", "..");

/** One project for all tests of this file; those that leave something behind have a stack of their own. */
const folder = mkdtempSync(join(tmpdir(), "language-host-"));
const projectFolder = join(folder, "program");
const shared = "whole";
let engine: Engine;
let pulumi: Pulumi;

async function stack(name: string): Promise<string> {
  await pulumi.run(["stack", "init", name]);
  return name;
}

/** Runs `up` with config values that stay set, and gives the steps it told of. */
async function up(
  stackName: string,
  config: readonly string[] = [],
  options: { signal?: AbortSignal; onStep?: (step: ResourceStep) => void } = {},
): Promise<ResourceStep[]> {
  const { onStep, ...rest } = options;
  const steps: ResourceStep[] = [];
  const toStep = resourceSteps();
  const onEvent = (event: EngineEvent): void => {
    const step = toStep(event);
    if (step === undefined) return;
    steps.push(step);
    onStep?.(step);
  };
  const given = config.flatMap((value) => ["--config", value]);
  await pulumi.run(["up", "--yes", "--skip-preview", "--stack", stackName, ...given], { ...rest, onEvent });
  return steps;
}

beforeAll(async () => {
  // The kit's own host is what is tested, also where the engine brought one.
  engine = { ...(await findReadyEngine()), languageHost: "kit" };
  cpSync(join(__dirname, "sample"), folder, { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  pulumi = await Pulumi.open({ engine, projectFolder, workFolder: join(folder, "work") });
  await stack(shared);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an aborted command lets the engine stop by itself, and says that it was aborted", async () => {
  const aborted = new AbortController();
  const running = up(shared, ["seconds=1"], {
    signal: aborted.signal,
    onStep: (step) => {
      if (step.name === "first") aborted.abort();
    },
  });
  await expect(running).rejects.toThrow("aborted");
}, 60_000);

// A killed engine would have left the stack locked.
test("a program runs with its config, a provider and the order it asks for, also after an aborted command", async () => {
  const name = shared;
  await pulumi.run(["config", "set", "--stack", name, "--secret", "hidden"], { input: "hush" });
  const steps = await up(name);

  const told = steps.filter(({ type }) => type === "sample:index:Thing").map((step) => `${step.state} ${step.name}`);
  expect(told).toEqual(["started first", "done first", "started second", "done second"]);
  await expect(pulumi.outputs({ stack: name })).resolves.toEqual({
    firstUrn: expect.stringMatching(/::sample:index:Thing::first$/),
    hidden: "[secret]",
  });
  await expect(pulumi.outputs({ stack: name, showSecrets: true })).resolves.toMatchObject({ hidden: "hush" });
  expect(readFileSync(join(projectFolder, `Pulumi.${name}.yaml`), "utf8")).not.toContain("hush");
}, 60_000);

test("a policy pack judges, and a mandatory violation fails the preview", async () => {
  const preview = pulumi.run(["preview", "--stack", shared, "--policy-pack", join(folder, "policies")], {
    onEvent: () => undefined,
  });
  await expect(preview).rejects.toThrow(/nothing-red: .*choose another colour/s);
}, 60_000);

test("a program that throws fails the command with its own words, said once", async () => {
  const error = await up(shared, ["fail=true"]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PulumiCommandError);
  const { message, exitCode } = error as PulumiCommandError;
  expect(exitCode).not.toBe(0);
  expect(message.split("the program does not want to go on")).toHaveLength(2);
}, 60_000);

test("host, program and plugins end when their engine is killed", async () => {
  const name = await stack("killed");
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", name, "--config", "seconds=600"];
  const child = spawn(engine.program, args, {
    cwd: projectFolder,
    env: { ...process.env, ...pulumi.environment },
    stdio: "ignore",
  });
  const commands = ["language-host/start.js", "cmd/run/index.js", "cmd/run-plugin/index.js"];
  let found: Map<number, string>;
  do {
    await delay(100);
    found = descendants(child.pid!);
  } while (!commands.every((command) => [...found.values()].some((line) => line.includes(command))));

  child.kill("SIGKILL");
  await expect(stillRunning([...found.keys()], 5000)).resolves.toEqual([]);
}, 60_000);

/** Process ids and command lines of all that a process started. */
function descendants(ancestor: number): Map<number, string> {
  const lines = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).stdout.trim().split("\n");
  const processes = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!.slice(1) as [string, string, string]);
  const found = new Map<number, string>();
  const add = (parent: number): void => {
    for (const [pid, ppid, args] of processes) {
      if (Number(ppid) !== parent) continue;
      found.set(Number(pid), args);
      add(Number(pid));
    }
  };
  add(ancestor);
  return found;
}
