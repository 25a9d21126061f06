import type { Answer } from "../answer";
import type { AzureError } from "../azure-error";
import { NotSimulated, ResourceNotFound } from "../gateway-errors";
import { modelledSeconds } from "../latency";
import type { Operation } from "../operation";
import type { Resource } from "../resource";
import type { DeletePlan } from "../resource-type";
import { resourceRequest, type ResourceCall } from "./call";
import { acceptedAnswer, realMilliseconds } from "./long-running-answer";
import { checkEtag, checkIdle } from "./preconditions";
import { operationLocation, settle } from "./write";

/** DELETE of a resource: 200 or 202, 204 when there is none (azure-arm.md 2). */
export async function deleteResource(call: ResourceCall): Promise<Answer> {
  const { azure, id, type, request } = call;
  if (type.delete === undefined) {
    throw new NotSimulated(request.method, request.path);
  }
  const existing = azure.store.get(id);
  if (existing === undefined) {
    if (type.missesDeletion === true) {
      throw type.notFound?.(id) ?? new ResourceNotFound(id);
    }
    return { status: 204 };
  }
  if (existing.provisioningState === "Deleting" && existing.operation !== undefined) {
    return answerRunningDeletion(call, existing.operation);
  }
  checkEtag(call, existing);
  if (type.deletePreempts === true) {
    await endRunning(call);
  }
  const { operation, virtualSeconds } = await beginDeletion(call, existing, false);
  const accepted = type.longRunning?.delete;
  if (accepted !== undefined) {
    return acceptedAnswer(azure, operation, accepted, undefined, virtualSeconds);
  }
  await operation.ended;
  if (operation.error !== undefined) {
    throw operation.error;
  }
  return { status: type.statuses?.delete ?? 200, virtualSeconds };
}

/** Deletes as `azure.delete` does: waits for what runs, then for the deletion itself. */
export async function deleteAndWait(call: ResourceCall, cascade: boolean): Promise<void> {
  const existing = call.azure.store.get(call.id);
  if (existing === undefined || call.type.delete === undefined) {
    return;
  }
  await endRunning(call);
  if (call.azure.store.get(call.id) !== existing) {
    return;
  }
  const { operation } = await beginDeletion(call, existing, cascade);
  await operation.ended;
  if (operation.error !== undefined) {
    throw operation.error;
  }
}

async function beginDeletion(
  call: ResourceCall,
  existing: Resource,
  cascade: boolean,
): Promise<{ operation: Operation; virtualSeconds: number }> {
  const { azure, id, type, apiVersion } = call;
  const holds = checkIdle(call, undefined);
  const planned = type.delete?.({ ...resourceRequest(call), existing, cascade }) ?? {};
  const plan = planned instanceof Promise ? await settle(planned, () => azure.store.get(id) === existing) : planned;
  const virtualSeconds = plan.virtualSeconds ?? modelledSeconds(type.type, "DELETE");
  existing.provisioningState = "Deleting";
  plan.onAccepted?.(existing);
  const interval = azure.clock.begin(id, "DELETE", undefined, virtualSeconds);
  const operation = azure.operations.begin({
    style: type.longRunning?.style ?? SYNCHRONOUS,
    subscriptionId: id.subscriptionId ?? azure.subscriptionId,
    location: operationLocation(call, existing.body),
    apiVersion,
    verb: "DELETE",
    resourceId: id,
    holds: holds.map(({ key }) => key),
    atLeast: type.longRunning?.delete === undefined ? 0 : realMilliseconds(azure, virtualSeconds),
    work: async (signal) => {
      await plan.work?.(existing, signal);
      remove(call, existing, plan);
      azure.clock.released(existing.body, interval);
      return undefined;
    },
    onEnd: (ended) => {
      existing.operation = undefined;
      azure.clock.ended(id, interval);
      if (ended.status !== "Succeeded") {
        existing.provisioningState = failedState(ended.error);
        plan.onFailed?.(existing);
      }
    },
  });
  existing.operation = operation;
  return { operation, virtualSeconds };
}

/** Takes the resource and everything below it out of the store. */
function remove({ azure }: ResourceCall, existing: Resource, plan: DeletePlan): void {
  for (const { id } of azure.store.below(existing.id)) {
    azure.store.remove(id);
  }
  azure.store.remove(existing.id);
  plan.onGone?.(existing);
}

/** Cancels what may be cancelled on the resource and below it, and waits for the rest. */
async function endRunning({ azure, id, type }: ResourceCall): Promise<void> {
  const running = azure.operations.runningBelow(id);
  if (type.deletePreempts === true) {
    running.filter(({ verb }) => verb !== "DELETE").forEach((operation) => operation.cancel());
  }
  await Promise.all(running.map(({ ended }) => ended));
}

/** A second DELETE while the first one runs is answered like the first. */
function answerRunningDeletion({ azure, type }: ResourceCall, operation: Operation): Answer {
  const accepted = type.longRunning?.delete;
  return accepted === undefined ? { status: 202 } : acceptedAnswer(azure, operation, accepted, undefined, 0);
}

function failedState(error: AzureError | undefined): Resource["provisioningState"] {
  return error?.code === "OperationPreempted" ? "Canceled" : "Failed";
}

/** Synchronous deletions have no polling URL. */
const SYNCHRONOUS = {
  operationPath: () => "",
  resultPath: () => "",
  signedQuery: () => "",
  document: () => ({}),
};
