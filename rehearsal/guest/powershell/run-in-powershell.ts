import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Bridge } from "../bridge/bridge";
import type { Command, Simulation } from "../bridge/commands";
import type { GuestMachine, GuestResult, GuestRun } from "../index";
import type { SharedPowershell, SharedRun } from "./shared-powershell";
import { Tail } from "./tail";

/** Where and how a script runs. */
export interface PowershellOptions {
  readonly powershell: string;
  /** Existing folder; the run makes one of its own in it and removes it. */
  readonly workFolder: string;
  /** Real seconds a script sleeps for each second that it asks for. */
  readonly secondsFactor: number;
  readonly commands?: Readonly<Record<string, Command>>;
  /** Process to run in, instead of one of its own; it keeps no timeout. */
  readonly shared?: SharedPowershell;
}

/** Runs a script, unmodified, in a PowerShell whose Windows commands are answered by the simulation. */
export async function runInPowershell(
  options: PowershellOptions,
  machine: GuestMachine,
  simulation: Simulation,
  run: GuestRun,
): Promise<GuestResult> {
  const folder = await mkdtemp(join(options.workFolder, "run-"));
  const bridge = await Bridge.start(machine, simulation, options.commands);
  try {
    const files = await writeFiles(folder, run);
    const environment = environmentOf(options, machine, bridge, folder);
    const ended = options.shared
      ? await runShared(options.shared, { folder, ...files, environment })
      : await runProcess(options, folder, files, environment, run);
    return withProblems(ended, [...bridge.problems, ...leftBehind(simulation)]);
  } finally {
    await bridge.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runShared(shared: SharedPowershell, run: SharedRun): Promise<GuestResult> {
  return { ...(await shared.run(run)), timedOut: false, ranIn: "powershell" };
}

interface RunFiles {
  readonly script: string;
  readonly parameters: string;
}

async function writeFiles(folder: string, run: GuestRun): Promise<RunFiles> {
  const files = { script: join(folder, "script.ps1"), parameters: join(folder, "parameters.json") };
  await mkdir(join(folder, "temp"));
  await writeFile(files.script, run.script, { mode: 0o600 });
  // The letter keeps PowerShell from making a date of a text that looks like one.
  const parameters = run.parameters.map(({ name, value }) => ({ name, value: `=${value}` }));
  await writeFile(files.parameters, JSON.stringify({ parameters }), { mode: 0o600 });
  return files;
}

function environmentOf(
  options: PowershellOptions,
  machine: GuestMachine,
  bridge: Bridge,
  folder: string,
): NodeJS.ProcessEnv {
  const { PATH, HOME, XDG_CACHE_HOME, SystemRoot } = process.env;
  return {
    PATH,
    HOME,
    XDG_CACHE_HOME,
    SystemRoot,
    TZ: "UTC",
    TMPDIR: join(folder, "temp"),
    TEMP: join(folder, "temp"),
    SSL_CERT_FILE: machine.caFile,
    // The VM trusts that authority only; reading the system's certificates would also take a while.
    SSL_CERT_DIR: join(folder, "temp"),
    POWERSHELL_TELEMETRY_OPTOUT: "1",
    POWERSHELL_UPDATECHECK: "Off",
    AZURE_REPAIR_KIT_BRIDGE: bridge.url,
    AZURE_REPAIR_KIT_SECONDS_FACTOR: String(options.secondsFactor),
  };
}

function runProcess(
  options: PowershellOptions,
  folder: string,
  files: RunFiles,
  env: NodeJS.ProcessEnv,
  run: GuestRun,
): Promise<GuestResult> {
  const runner = join(__dirname, "run.ps1");
  const words = ["-NoLogo", "-NoProfile", "-NonInteractive", "-File", runner, files.script, files.parameters];
  return new Promise((resolve, reject) => {
    // A group of its own, so that whatever the script starts ends with it.
    const child = spawn(options.powershell, words, {
      cwd: folder,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, error] = [new Tail(), new Tail()];
    let [timedOut, aborted] = [false, false];
    const end = (): void => killGroup(child.pid);
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, run.timeoutSeconds * 1000);
    const abort = (): void => {
      aborted = true;
      end();
    };
    if (run.signal?.aborted) abort();
    run.signal?.addEventListener("abort", abort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      run.signal?.removeEventListener("abort", abort);
    };
    child.stdout.on("data", (bytes: Buffer) => output.add(bytes));
    child.stderr.on("data", (bytes: Buffer) => error.add(bytes));
    child.once("error", (cause) => {
      settle();
      reject(new Error(`PowerShell could not be started (${options.powershell}): ${cause.message}`, { cause }));
    });
    child.once("close", (code) => {
      settle();
      end();
      const ranIn = "powershell" as const;
      if (aborted) error.add(Buffer.from("the script was stopped\n"));
      resolve({ exitCode: code ?? -1, output: output.text(), error: error.text(), timedOut, ranIn });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function leftBehind({ hives }: Simulation): string[] {
  return hives.names().map((name) => `the script left the hive HKLM\\${name} loaded`);
}

/** A script that asked for something unknown has not been rehearsed, also when it made nothing of it. */
function withProblems(result: GuestResult, problems: readonly string[]): GuestResult {
  if (problems.length === 0 || result.timedOut || result.exitCode < 0) return result;
  const error = [result.error.trimEnd(), ...problems].filter((line) => line !== "").join("\n");
  return { ...result, exitCode: result.exitCode === 0 ? 1 : result.exitCode, error: `${error}\n` };
}
