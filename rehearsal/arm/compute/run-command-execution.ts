import type { GuestResult } from "../../guest";
import type { Azure } from "../azure";
import { numberAt, objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { VMAgentStatusCommunicationError, VMRunCommandFailed } from "./errors";
import { powerOf } from "./ownership";
import { bootFails } from "./vm-instance-view";
import { DEFAULT_TIMEOUT_SECONDS, lastBytes, runScript } from "./vm-script";

const VIEW = "instance view";
const ENDING = "ending";
const PROTECTED = "protected parameters";

export const RUN_COMMANDS = "runCommands";

/** Values of protectedParameters: kept apart, because nothing ever shows them. */
export function setProtectedParameters(command: Resource, parameters: readonly JsonObject[]): void {
  command.hidden.set(PROTECTED, parameters);
}

export function protectedParameters(command: Resource): readonly JsonObject[] {
  return (command.hidden.get(PROTECTED) as readonly JsonObject[] | undefined) ?? [];
}

/** What `$expand=instanceView` adds to a run command; before the first run it says that nothing ran. */
export function runCommandView(command: Resource): JsonObject {
  return (
    (command.hidden.get(VIEW) as JsonObject | undefined) ?? {
      executionState: "Pending",
      exitCode: 0,
      output: "",
      error: "",
    }
  );
}

/** Runs the script of a run command in its VM; with asyncExecution it is only started. */
export async function execute(azure: Azure, command: Resource, vm: Resource, signal: AbortSignal): Promise<void> {
  endExecution(command);
  if (bootFails(vm) || powerOf(vm) !== "running") {
    throw new VMAgentStatusCommunicationError(vm.id.name);
  }
  const ending = new AbortController();
  command.hidden.set(ENDING, ending);
  const isAsync = objectAt(command.body, "properties").asyncExecution === true;
  const ended = run(azure, command, vm, isAsync ? ending.signal : AbortSignal.any([signal, ending.signal]));
  if (isAsync) {
    ended.catch((error: unknown) => azure.problem(`internal error in ${command.id.text}: ${String(error)}`));
    return;
  }
  const result = await ended;
  const failed = result !== undefined && (result.exitCode !== 0 || result.timedOut);
  if (failed && objectAt(command.body, "properties").treatFailureAsDeploymentFailure === true) {
    throw new VMRunCommandFailed(command.id.name, textAt(runCommandView(command), "executionMessage") ?? "");
  }
}

/** Ends the script of a run command, if one runs (windows-dumps.md 8: deleting the resource kills the script). */
export function endExecution(command: Resource): void {
  (command.hidden.get(ENDING) as AbortController | undefined)?.abort();
}

/** Ends all scripts of a VM: it stops or goes. */
export function endRunCommands(azure: Azure, vm: Resource): void {
  azure.store.childrenOf(vm.id, RUN_COMMANDS).forEach(endExecution);
}

async function run(
  azure: Azure,
  command: Resource,
  vm: Resource,
  signal: AbortSignal,
): Promise<GuestResult | undefined> {
  const properties = objectAt(command.body, "properties");
  const text = textAt(properties, "source", "script");
  const startTime = new Date().toISOString();
  if (text === undefined || text === "") {
    // Recorded: provisioned all the same, the failure is in the instance view only (azure-arm.md 3.5).
    command.hidden.set(VIEW, emptySourceView(startTime));
    return undefined;
  }
  command.hidden.set(VIEW, { executionState: "Running", exitCode: 0, output: "", error: "", startTime });
  const script = { text, parameters: [...objectsAt(properties, "parameters"), ...protectedParameters(command)] };
  const asked = numberAt(properties, "timeoutInSeconds") ?? 0;
  const result = await runScript(azure, vm, script, asked === 0 ? DEFAULT_TIMEOUT_SECONDS : asked, signal);
  command.hidden.set(VIEW, view(result, startTime, signal.aborted));
  return result;
}

function view(result: GuestResult, startTime: string, killed: boolean): JsonObject {
  const state = killed ? "Canceled" : result.timedOut ? "TimedOut" : result.exitCode === 0 ? "Succeeded" : "Failed";
  return {
    executionState: state,
    executionMessage: MESSAGES[state],
    exitCode: result.exitCode,
    output: lastBytes(result.output),
    error: lastBytes(result.error),
    startTime,
    endTime: new Date().toISOString(),
  };
}

/** Modelled: only the recorded failure's text is known (azure-arm.md 3.5). */
const MESSAGES = {
  Succeeded: "Execution completed",
  Failed: "Execution failed: the script ended with an exit code other than 0",
  TimedOut: "Execution timed out: the script ran longer than timeoutInSeconds and was ended",
  Canceled: "Execution canceled",
} as const;

function emptySourceView(startTime: string): JsonObject {
  return {
    exitCode: 0,
    executionState: "Running",
    executionMessage:
      "Execution failed: failed to get configuration: invalid configuration: Either 'source.script' or 'source.scriptUri' has to be specified",
    output: "",
    error: "",
    startTime,
    endTime: startTime,
  };
}
