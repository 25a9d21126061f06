import { createHash } from "node:crypto";
import type { Azure } from "../azure";
import { NotSimulated } from "../gateway-errors";
import { mergePatch, objectAt, objectsAt, textAt, type JsonObject } from "../json";
import { COMPUTE } from "../long-running";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import type { ResourceRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { VM_API_VERSIONS } from "./api-versions";
import { InvalidParameter, OperationNotAllowed } from "./errors";
import { powerOf } from "./ownership";
import {
  endExecution,
  execute,
  protectedParameters,
  RUN_COMMANDS,
  runCommandView,
  setProtectedParameters,
} from "./run-command-execution";

/** A VM has up to 25 managed run commands (azure-arm.md 7.2). */
const MOST_PER_VM = 25;

const FINGERPRINT = "fingerprint";

/** Managed run commands (azure-arm.md 3.5, 7.2; windows-dumps.md 8). */
export const RUN_COMMAND: ResourceType = {
  type: "Microsoft.Compute/virtualMachines/runCommands",
  apiVersions: VM_API_VERSIONS,
  tracked: true,
  deletePreempts: true,
  shape: shapeOf("compute", "VirtualMachineRunCommand"),
  patchShape: shapeOf("compute", "VirtualMachineRunCommandUpdate"),
  longRunning: COMPUTE,
  put: (request) =>
    plan(request, request.body, request.existing, objectsAt(request.body, "properties", "protectedParameters")),
  patch({ body, existing, ...request }) {
    const sent = objectAt(body, "properties").protectedParameters;
    const secrets =
      sent === undefined ? protectedParameters(existing) : objectsAt(body, "properties", "protectedParameters");
    return plan(request, mergePatch(existing.body, body), existing, secrets);
  },
  delete: () => ({ onAccepted: endExecution }),
  show: (resource, { expand }) =>
    expand?.toLowerCase() === "instanceview"
      ? {
          ...resource.body,
          properties: { ...objectAt(resource.body, "properties"), instanceView: runCommandView(resource) },
        }
      : resource.body,
};

function plan(
  { azure, id }: ResourceRequest,
  body: JsonObject,
  existing: Resource | undefined,
  secrets: readonly JsonObject[],
): WritePlan {
  const vm = parentVm(azure, id);
  checkSimulated(id, objectAt(body, "properties"));
  if (powerOf(vm) !== "running") {
    // learn: error-codes-vm; extensions and run commands need a running VM
    throw new OperationNotAllowed("Cannot modify extensions in the VM when the VM is not running.");
  }
  if (existing === undefined && azure.store.childrenOf(vm.id, RUN_COMMANDS).length >= MOST_PER_VM) {
    // The limit is azure-arm.md 7.2; the wording is modelled.
    throw new OperationNotAllowed(
      `VM ${vm.id.name} has ${MOST_PER_VM} run commands already; delete one of them first.`,
    );
  }
  const shown = shownBody(body);
  const fingerprint = fingerprintOf(shown, secrets);
  // An identical PUT does not run again (windows-dumps.md 8); after a failed one it does.
  const runs = existing?.hidden.get(FINGERPRINT) !== fingerprint || existing.provisioningState !== "Succeeded";
  return {
    body: shown,
    onAccepted(command) {
      command.hidden.set(FINGERPRINT, fingerprint);
      setProtectedParameters(command, secrets);
    },
    ...(runs && { work: (command: Resource, signal: AbortSignal) => execute(azure, command, vm, signal) }),
  };
}

function parentVm(azure: Azure, id: ResourceId): Resource {
  const vm = id.parent === null ? undefined : azure.store.get(id.parent);
  if (vm === undefined) {
    throw new Error(`internal error: ${id.text} has no parent`);
  }
  return vm;
}

/** At most one of script, scriptUri and commandId; none at all is taken (azure-arm.md 3.5). */
function checkSimulated(id: ResourceId, properties: JsonObject): void {
  const source = objectAt(properties, "source");
  const given = ["script", "scriptUri", "commandId"].filter((name) => textAt(source, name) !== undefined);
  if (given.length > 1) {
    throw new InvalidParameter(
      `Only one of 'source.script', 'source.scriptUri' and 'source.commandId' can be specified; the request has ${given.join(" and ")}.`,
      "source",
    );
  }
  const unknown = [
    ...given.filter((name) => name !== "script").map((name) => `source.${name}`),
    ...["runAsUser", "outputBlobUri", "errorBlobUri"].filter((name) => textAt(properties, name) !== undefined),
  ][0];
  if (unknown !== undefined) {
    throw new NotSimulated("PUT", `${id.text} with ${unknown}`);
  }
}

/** As a GET shows it: unset numbers and flags as 0 and false (azure-arm.md 3.5), no secrets. */
function shownBody(body: JsonObject): JsonObject {
  const {
    protectedParameters: _protected,
    runAsPassword: _password,
    instanceView: _view,
    ...properties
  } = objectAt(body, "properties");
  return {
    ...body,
    properties: {
      ...properties,
      source: properties.source ?? {},
      parameters: properties.parameters ?? [],
      asyncExecution: properties.asyncExecution ?? false,
      timeoutInSeconds: properties.timeoutInSeconds ?? 0,
      treatFailureAsDeploymentFailure: properties.treatFailureAsDeploymentFailure ?? false,
    },
  };
}

/** Everything that makes a different execution; tags do not. */
function fingerprintOf(shown: JsonObject, secrets: readonly JsonObject[]): string {
  return createHash("sha256")
    .update(JSON.stringify([shown.properties, secrets]))
    .digest("hex");
}
