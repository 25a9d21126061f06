import { guestScript, type GuestScriptId } from "../../../../guest/catalogue";
import type { Guest, GuestMachine, GuestResult } from "../../../../rehearsal/guest";
import { findPowershell } from "../../../../rehearsal/guest/powershell/find-powershell";
import { LUN } from "./machine";

/** The PowerShell for tests; null where there is none. */
export const POWERSHELL = findPowershell();

/** `it` where there is a PowerShell. Elsewhere the test is skipped, and that is said. */
export const itInPowershell: jest.It = POWERSHELL ? it : it.skip;
if (!POWERSHELL) {
  console.warn(
    "Tests of guest scripts in a PowerShell are skipped: put pwsh on PATH, or its path into AZURE_REPAIR_KIT_PWSH.",
  );
}

/** Runs a script of the kit. */
export function runScript(
  guest: Guest,
  machine: GuestMachine,
  id: GuestScriptId,
  parameters: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<GuestResult> {
  const list = Object.entries(parameters).map(([name, value]) => ({ name, value }));
  const run = { script: guestScript(id), parameters: list, timeoutSeconds: 60 };
  return guest.run(machine, signal ? { ...run, signal } : run);
}

/** The answer of a script that ended well: the JSON of its last line. */
export function answerOf(result: GuestResult): any {
  if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}: ${result.output}${result.error}`);
  return JSON.parse(lastLine(result));
}

export function lastLine(result: GuestResult): string {
  return result.output.trimEnd().split("\n").at(-1) ?? "";
}

export function mount(
  guest: Guest,
  machine: GuestMachine,
  lun = LUN,
  parameters: Readonly<Record<string, string>> = {},
): Promise<GuestResult> {
  return runScript(guest, machine, "mount-os-disk", { Lun: String(lun), RunId: "1", ...parameters });
}

export function collect(
  guest: Guest,
  machine: GuestMachine,
  containerUrl: string,
  windowsRoot: string,
  parameters: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<GuestResult> {
  const all = {
    WindowsRoot: windowsRoot,
    ContainerUrl: containerUrl,
    BlobPrefix: "vm1/run 1",
    IdentityClientId: "11111111-2222-3333-4444-555555555555",
    SourceVmId: "/subscriptions/s/resourceGroups/größe/providers/Microsoft.Compute/virtualMachines/vm1",
    SnapshotId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/snapshots/snap",
    RunId: "2026-01-02T03:04:05Z",
    ...parameters,
  };
  return runScript(guest, machine, "collect-dump", all, signal);
}
