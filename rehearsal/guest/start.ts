import { GUEST_SCRIPTS, guestScript } from "../../guest/catalogue";
import type { Command } from "./bridge/commands";
import type { Guest, GuestMachine, GuestResult, GuestRun } from "./index";
import { MODELS } from "./model";
import { runModel } from "./model/run-model";
import { findPowershell } from "./powershell/find-powershell";
import { runInPowershell } from "./powershell/run-in-powershell";
import type { SharedPowershell } from "./powershell/shared-powershell";
import { LoadedHives } from "./windows/loaded-hives";
import { Mounts } from "./windows/mounts";
import { SimulatedWindows } from "./windows/simulated-windows";

const DEFAULT_SECONDS_FACTOR = 0.02;

/** How the inside of the simulated VMs is started. */
export interface GuestOptions {
  /** Existing folder for temporary files. */
  readonly workFolder: string;
  /** Path of a PowerShell; null for the model. Absent: the one that is found, else the model. */
  readonly powershell?: string | null;
  /** Real seconds that a script sleeps for each second it asks for. @default 0.02 */
  readonly secondsFactor?: number;
  /** What the disks of the same VMs are mounted as, when another guest has run scripts in them. */
  readonly mounts?: Mounts;
  /** Windows commands that answer otherwise than the simulated Windows, for trying what a script makes of faults. PowerShell only. */
  readonly commands?: Readonly<Record<string, Command>>;
  /** A PowerShell process that several guests run their scripts in, for tests of many disks. PowerShell only. */
  readonly shared?: SharedPowershell;
}

/**
 * Starts what runs guest scripts: a PowerShell where there is one, else the kit's model of each script.
 *
 * @throws Error when AZURE_REPAIR_KIT_PWSH names no executable file
 */
export function startGuest(options: GuestOptions): Promise<Guest> {
  const powershell = options.powershell === undefined ? findPowershell() : options.powershell;
  return Promise.resolve(new RunningGuest(options, powershell));
}

class RunningGuest implements Guest {
  private readonly mounts: Mounts;
  private readonly stopping = new AbortController();
  private readonly runs = new Set<Promise<unknown>>();

  constructor(
    private readonly options: GuestOptions,
    private readonly powershell: string | null,
  ) {
    this.mounts = options.mounts ?? new Mounts();
  }

  get host(): string {
    return this.powershell ?? "model";
  }

  run(machine: GuestMachine, run: GuestRun): Promise<GuestResult> {
    const signals = run.signal ? [run.signal, this.stopping.signal] : [this.stopping.signal];
    const result = this.start(machine, { ...run, signal: AbortSignal.any(signals) });
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.runs.add(ended);
    void ended.then(() => this.runs.delete(ended));
    return result;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.runs);
  }

  private async start(machine: GuestMachine, run: GuestRun): Promise<GuestResult> {
    const windows = await SimulatedWindows.start(machine, this.mounts);
    const simulation = { windows, hives: new LoadedHives() };
    const { powershell } = this;
    const secondsFactor = this.options.secondsFactor ?? DEFAULT_SECONDS_FACTOR;
    if (powershell) return runInPowershell({ ...this.options, powershell, secondsFactor }, machine, simulation, run);
    const script = GUEST_SCRIPTS.find((candidate) => guestScript(candidate.id) === run.script);
    if (!script) return unknownScript();
    return runModel(MODELS[script.id], { file: script.file, machine, ...simulation, secondsFactor }, run);
  }
}

/** Only the kit's own scripts have a model. */
function unknownScript(): GuestResult {
  const known = GUEST_SCRIPTS.map((script) => script.file).join(", ");
  return {
    exitCode: 1,
    output: "",
    error:
      `there is no PowerShell on this machine, and the kit has models of its own scripts only (${known}, unchanged); ` +
      "put pwsh on PATH, or its path into AZURE_REPAIR_KIT_PWSH, to run this one\n",
    timedOut: false,
    ranIn: "nowhere",
  };
}
