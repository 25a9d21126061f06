import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { type StartedSimulator, startSimulator } from "../../../rehearsal/arm/start";
import { type Engine, findReadyEngine, Pulumi, PulumiCommandError, resourceSteps } from "../../../rehearsal/engine";
import { createProject, stackName } from "../../../rehearsal/project";
import { createWorkFolder } from "../../../rehearsal/work-folder";
import { sampleFile } from "../../disk/support/samples";
import { startPlugins } from "./running-plugins";

/** What one engine command did: `operation type name` for each resource that it did not leave alone. */
export interface Run {
  readonly steps: readonly string[];
  /** What it said and did, in order: steps as above once they are begun (with `…`) and done, and lines of the program. */
  readonly story: readonly string[];
}

/** A simulated Azure with a broken VM, and what engine commands need to work with it. */
export interface SimulatedAzure {
  readonly simulator: StartedSimulator;
  /** Variables for engines that are to use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly engine: Engine;
  /** What was wrong with it itself. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

/** The unmodified program under the real engine, in a simulated Azure. */
export interface Stack {
  readonly pulumi: Pulumi;
  /** Removed when the stack is closed. */
  readonly workFolder: string;
  /** Runs one command with config values that stay set, and tells what it did. */
  run(
    command: "up" | "preview" | "destroy",
    config?: Readonly<Record<string, string>>,
    flags?: readonly string[],
  ): Promise<Run>;
  /** Runs a command that must fail, and returns the reasons that the engine gave. */
  failure(
    command: "up" | "preview",
    config?: Readonly<Record<string, string>>,
    flags?: readonly string[],
  ): Promise<readonly string[]>;
  /** Runs another program from now on: a folder of the repository, in JavaScript, or the kit's own. */
  useProgram(folder?: string): void;
  /** Requests since the last call that change something in Azure, as `METHOD path-after-the-group`. */
  writes(): readonly string[];
  /** What policy packs found since the last call, as `rule resource`. */
  found(): readonly string[];
  /** All that the engine told so far, as it told it. */
  printed(): string;
  close(): Promise<void>;
}

/** Starts a simulated Azure whose broken VM has a sample disk. */
export async function startAzure(disk: string): Promise<SimulatedAzure> {
  const folder = await createWorkFolder();
  const problems: string[] = [];
  const simulator = await startSimulator({
    diskFile: sampleFile(disk),
    workFolder: folder.path,
    // What the README asks for, and no more.
    conditions: { callerRoles: [{ role: "Contributor" }, { role: "Role Based Access Control Administrator" }] },
    onProblem: (problem) => problems.push(problem),
  });
  const plugins = await startPlugins(simulator.environment);
  return {
    simulator,
    environment: { ...simulator.environment, ...plugins.environment },
    engine: await findReadyEngine(),
    problems,
    async stop() {
      await plugins.stop();
      await simulator.stop();
      await folder.remove();
    },
  };
}

/** Makes a stack that has not been upped. Of what is done in Azure, it counts as its own what is done from now on. */
export async function openStack({ simulator, environment, engine }: SimulatedAzure): Promise<Stack> {
  const folder = await createWorkFolder();
  const projectFolder = await createProject({ workFolder: folder.path, sourceVmId: simulator.sourceVmId });
  const pulumi = await Pulumi.open({ engine, projectFolder, workFolder: folder.path, environment });
  await pulumi.run(["stack", "init", stackName]);
  const projectFile = join(projectFolder, "Pulumi.yaml");
  const project = parse(readFileSync(projectFile, "utf8")) as Readonly<Record<string, unknown>>;
  let found: string[] = [];
  const printed: string[] = [];
  const auditLines = (): string[] =>
    readFileSync(simulator.auditLog, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  let read = auditLines().length;

  const run = async (
    command: string,
    config: Readonly<Record<string, string>> = {},
    flags: readonly string[] = [],
  ): Promise<Run> => {
    const given = Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
    const steps: string[] = [];
    const story: string[] = [];
    const stepOf = resourceSteps();
    await pulumi.run([command, ...given, ...flags, ...(command === "preview" ? [] : ["--yes", "--skip-preview"])], {
      onEvent: (event) => {
        printed.push(JSON.stringify(event));
        const { policyName, resourceUrn = "" } = event.policyEvent ?? {};
        if (policyName !== undefined) found.push(`${policyName} ${resourceUrn.split("::")[3] ?? ""}`);
        const { message, severity } = event.diagnosticEvent ?? {};
        if (message !== undefined && String(severity) !== "debug") story.push(message.trimEnd());
        const step = stepOf(event);
        if (step !== undefined && !["same", "read", "refresh"].includes(step.operation)) {
          const text = `${step.operation} ${step.type.split(":").at(-1) ?? ""} ${step.name}`;
          story.push(step.state === "started" ? `${text} …` : text);
          if (step.state !== "started") steps.push(text);
        }
      },
    });
    return { steps, story };
  };
  return {
    pulumi,
    workFolder: folder.path,
    printed: () => printed.join("\n"),
    run,
    useProgram(program) {
      const runtime = { name: "nodejs", options: { typescript: false } };
      const other = program === undefined ? {} : { runtime, main: join("program", program) };
      writeFileSync(projectFile, stringify({ ...project, ...other }));
    },
    found() {
      const all = found;
      found = [];
      return all;
    },
    async failure(command, config, flags) {
      try {
        await run(command, config, flags);
      } catch (error) {
        if (error instanceof PulumiCommandError) {
          return error.reasons;
        }
        throw error;
      }
      throw new Error(`pulumi ${command} should have failed`);
    },
    writes() {
      const fresh = auditLines().slice(read);
      read += fresh.length;
      return fresh
        .map((line) => JSON.parse(line) as { method: string; path: string; write: boolean })
        .filter(({ write }) => write)
        .map(({ method, path }) => `${method} ${path}`);
    },
    close: () => folder.remove(),
  };
}
