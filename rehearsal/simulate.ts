import { createRequire } from "node:module";

import { Command, InvalidArgumentError } from "commander";

import type { Simulator } from "./arm";
import { findDisk, samples } from "./disks";
import { EngineNotReadyError, findReadyEngine, Pulumi } from "./engine";
import { createProject, stackName } from "./project";
import { shellExports } from "./shell-exports";
import { createWorkFolder } from "./work-folder";

interface Flags {
  readonly disk: string;
  readonly shell?: boolean;
  readonly port: number;
  readonly bootFromCopy?: boolean;
}

/** What the first line of standard output tells; the format is a promise to scripts. */
interface Announcement {
  readonly env: Readonly<Record<string, string>>;
  readonly armEndpoint: string;
  readonly metadataHost: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sourceVmId: string;
  readonly auditLog: string;
  /** Folder with a Pulumi.yaml for this Azure. */
  readonly pulumiProject: string;
}

const command = new Command("npm run simulate --")
  .description("Runs the simulated Azure alone, with a broken VM in it, until Ctrl-C.")
  .option(
    "--disk <name or file>",
    "the VM's OS disk: a sample by name, or a fixed VHD file, opened read-only",
    samples[0]?.name,
  )
  .option("--shell", "print export lines for a shell instead of JSON")
  .option("--port <number>", "port of the ARM endpoint; 0 takes a free one", portNumber, 0)
  .option("--boot-from-copy", "play the case in which the repair VM starts from the broken copy")
  .exitOverride();

/** @returns the exit code: 0 ended by Ctrl-C, 1 could not start, 2 wrong usage */
async function main(argv: readonly string[]): Promise<number> {
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    return (error as { exitCode?: number }).exitCode === 0 ? 0 : 2;
  }
  const flags = command.opts<Flags>();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => resolve());
    }
  });
  const workFolder = await createWorkFolder();
  let simulator: Simulator | undefined;
  try {
    const diskFile = await findDisk(flags.disk, workFolder.path);
    // Loaded late: it takes two seconds, which nobody who mistyped something should wait.
    const { startSimulator } = createRequire(__filename)("./arm/start") as typeof import("./arm/start");
    simulator = await startSimulator({
      diskFile,
      workFolder: workFolder.path,
      port: flags.port,
      bootFromCopy: flags.bootFromCopy ?? false,
      onProblem: (problem) => tell(`not simulated: ${problem}`),
    });
    announce(await prepare(simulator, workFolder.path), flags.shell ?? false);
    tell(`simulated Azure at ${simulator.armEndpoint}; guest scripts run in ${simulator.guestHost}; Ctrl-C ends it`);
    await interrupted;
    return 0;
  } catch (error) {
    tell(`the simulated Azure could not start: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await simulator?.stop();
    await workFolder.remove();
  }
}

/** Makes a Pulumi project for this Azure, with a stack in it where an engine is ready. */
async function prepare(simulator: Simulator, workFolder: string): Promise<Announcement> {
  const { environment, sourceVmId } = simulator;
  const pulumiProject = await createProject({ workFolder, sourceVmId });
  return {
    env: await withEngine(environment, pulumiProject, workFolder),
    armEndpoint: simulator.armEndpoint,
    metadataHost: simulator.metadataHost,
    caFile: simulator.caFile,
    tenantId: simulator.tenantId,
    subscriptionId: simulator.subscriptionId,
    clientId: simulator.clientId,
    clientSecret: simulator.clientSecret,
    sourceVmId,
    auditLog: simulator.auditLog,
    pulumiProject,
  };
}

async function withEngine(
  environment: Readonly<Record<string, string>>,
  projectFolder: string,
  workFolder: string,
): Promise<Readonly<Record<string, string>>> {
  try {
    const pulumi = await Pulumi.open({ engine: await findReadyEngine(), projectFolder, workFolder, environment });
    await pulumi.run(["stack", "init", stackName]);
    return pulumi.environment;
  } catch (error) {
    if (error instanceof EngineNotReadyError) {
      tell(`${error.message} Other clients need none.`);
      return environment;
    }
    throw error;
  }
}

function announce(announcement: Announcement, shell: boolean): void {
  if (!shell) {
    process.stdout.write(`${JSON.stringify(announcement)}\n`);
    return;
  }
  process.stdout.write(shellExports(announcement.env));
  process.stdout.write(`# cd ${announcement.pulumiProject} && pulumi up\n# source VM: ${announcement.sourceVmId}\n`);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError(`"${text}" is no port. A port is a number from 0 to 65535.`);
  }
  return port;
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
