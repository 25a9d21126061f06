import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { startSimulator } from "../../../rehearsal/arm/start";
import { findReadyEngine, Pulumi, PulumiCommandError } from "../../../rehearsal/engine";
import { createProject, repositoryFolder, stackName } from "../../../rehearsal/project";
import { createWorkFolder } from "../../../rehearsal/work-folder";
import { sampleFile } from "../../disk/support/samples";
import { startPlugins } from "../../stack/support/running-plugins";

/** What the pack said in one run. */
export interface Judgement {
  /** `rule resource` for each thing it found. */
  readonly found: readonly string[];
  readonly messages: readonly string[];
  /** Whether the engine ended with an error. */
  readonly stopped: boolean;
}

/** The kit's own stack, with a broken VM in a simulated Azure. */
export interface OwnStack {
  /** Runs an engine command with the pack. */
  judge(command: readonly string[], policyConfig: object): Promise<Judgement>;
  /** Runs another program than the kit's own from now on: a folder of the repository. */
  useProgram(folder: string): void;
  /** Requests so far that changed something in Azure. */
  writes(): number;
  stop(): Promise<void>;
}

/** @param config of the stack, besides the broken VM */
export async function startOwnStack(config: Readonly<Record<string, unknown>>): Promise<OwnStack> {
  const folder = await createWorkFolder();
  const simulator = await startSimulator({
    diskFile: sampleFile("gen1-no-dump"),
    workFolder: folder.path,
  });
  const projectFolder = await createProject({ workFolder: folder.path, sourceVmId: simulator.sourceVmId, config });
  const plugins = await startPlugins(simulator.environment);
  const pulumi = await Pulumi.open({
    engine: await findReadyEngine(),
    projectFolder,
    workFolder: folder.path,
    environment: { ...simulator.environment, ...plugins.environment },
  });
  await pulumi.run(["stack", "init", stackName]);
  const projectFile = join(projectFolder, "Pulumi.yaml");
  const project = parse(readFileSync(projectFile, "utf8")) as Readonly<Record<string, unknown>>;
  const configFile = join(folder.path, "policy-config.json");
  const pack = ["--policy-pack", join(repositoryFolder, "policies"), "--policy-pack-config", configFile];
  return {
    async judge(command, policyConfig) {
      writeFileSync(configFile, JSON.stringify(policyConfig));
      const found: string[] = [];
      const messages: string[] = [];
      const run = pulumi.run([...command, ...pack], {
        onEvent: ({ policyEvent }) => {
          if (policyEvent !== undefined) {
            const { policyName, resourceUrn = "", message } = policyEvent;
            found.push(`${policyName} ${resourceUrn.split("::")[3] ?? ""}`);
            messages.push(message);
          }
        },
      });
      const stopped = await run.then(
        () => false,
        (error: unknown) => {
          if (error instanceof PulumiCommandError && found.length > 0) {
            return true;
          }
          throw error;
        },
      );
      return { found, messages, stopped };
    },
    useProgram(program) {
      // What Node is to preload is of the kit's own program.
      const runtime = program === "" ? project.runtime : "nodejs";
      writeFileSync(projectFile, stringify({ ...project, runtime, main: join("program", program) }));
    },
    writes() {
      const lines = readFileSync(simulator.auditLog, "utf8").trim().split("\n");
      return lines.filter((line) => line !== "" && (JSON.parse(line) as { write: boolean }).write).length;
    },
    async stop() {
      await plugins.stop();
      await simulator.stop();
      await folder.remove();
    },
  };
}
