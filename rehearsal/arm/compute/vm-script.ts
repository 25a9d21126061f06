import type { GuestResult } from "../../guest";
import type { Azure } from "../azure";
import { textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { VM_HOST } from "./vm-host";
import { guestMachine } from "./vm-machine";

/** 90 minutes: how long a script may run where nothing else is said (windows-dumps.md 8). */
export const DEFAULT_TIMEOUT_SECONDS = 5400;

/** A run command returns the end of the output only, in bytes (windows-dumps.md 8). */
const OUTPUT_BYTES = 4096;

/** A script with its parameters, each `{name, value}` as sent. */
export interface VmScript {
  readonly text: string;
  readonly parameters: readonly JsonObject[];
}

/** Runs a script in a VM; one that is ended by the signal has a result like any other. */
export async function runScript(
  azure: Azure,
  vm: Resource,
  script: VmScript,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<GuestResult> {
  const parameters = script.parameters.map((parameter) => ({
    name: textAt(parameter, "name") ?? "",
    value: textAt(parameter, "value") ?? "",
  }));
  const run = { script: script.text, parameters, timeoutSeconds, signal };
  try {
    const result = await azure.service(VM_HOST).guest.run(guestMachine(azure, vm), run);
    if (result.ranIn === "nowhere") {
      azure.problem(`A script could not run in ${vm.id.text}: ${result.error}`);
    }
    return result;
  } catch (error) {
    if (signal.aborted) {
      return { exitCode: -1, output: "", error: "", timedOut: false, ranIn: "nowhere" };
    }
    throw error;
  }
}

/** The last bytes of an output, not cut inside a character. */
export function lastBytes(text: string): string {
  const bytes = Buffer.from(text);
  let start = Math.max(0, bytes.length - OUTPUT_BYTES);
  while (start > 0 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) {
    start++;
  }
  return bytes.subarray(start).toString();
}
