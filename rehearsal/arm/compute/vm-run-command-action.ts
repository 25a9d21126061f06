import { NotSimulated } from "../gateway-errors";
import { objectsAt, textAt, textsAt, type JsonObject } from "../json";
import { COMPUTE } from "../long-running";
import type { ResourceAction } from "../resource-type";
import { OperationNotAllowed, RunCommandInProgress, VMAgentStatusCommunicationError } from "./errors";
import { powerOf } from "./ownership";
import { bootFails } from "./vm-instance-view";
import { DEFAULT_TIMEOUT_SECONDS, lastBytes, runScript } from "./vm-script";

const RUNNING = "action run command";

/**
 * POST runCommand, the one-shot form that `az vm run-command invoke` and `az vm repair run` use: one at a time, not
 * cancellable, the end of the output (azure-arm.md 7.1; windows-dumps.md 8).
 */
export const RUN_COMMAND_ACTION: ResourceAction = {
  method: "POST",
  writes: true,
  longRunning: COMPUTE.action,
  run({ azure, id, body, existing }) {
    if (textAt(body, "commandId") !== "RunPowerShellScript") {
      throw new NotSimulated("POST", `${id.text}/runCommand with commandId ${textAt(body, "commandId") ?? ""}`);
    }
    if (powerOf(existing) !== "running") {
      // learn: run-command; wording modelled
      throw new OperationNotAllowed(`The operation requires the VM ${id.name} to be running (or set to run).`);
    }
    if (existing.hidden.get(RUNNING) === true) {
      throw new RunCommandInProgress();
    }
    existing.hidden.set(RUNNING, true);
    const script = { text: textsAt(body, "script").join("\n"), parameters: objectsAt(body, "parameters") };
    return {
      async work(vm, signal) {
        try {
          if (bootFails(vm)) {
            throw new VMAgentStatusCommunicationError(vm.id.name);
          }
          const { output, error } = await runScript(azure, vm, script, DEFAULT_TIMEOUT_SECONDS, signal);
          return { value: [stream("StdOut", output), stream("StdErr", error)] };
        } finally {
          vm.hidden.delete(RUNNING);
        }
      },
    };
  },
};

function stream(name: "StdOut" | "StdErr", text: string): JsonObject {
  return {
    code: `ComponentStatus/${name}/succeeded`,
    level: "Info",
    displayStatus: "Provisioning succeeded",
    message: lastBytes(text),
  };
}
