import { randomUUID } from "node:crypto";

import type { Answer } from "../answer";
import { ConcurrentRequest } from "../gateway-errors";
import { textAt, type JsonObject } from "../json";
import { modelledSeconds } from "../latency";
import type { AcceptedAnswer } from "../long-running";
import type { Resource } from "../resource";
import { resourceGroupScope, type ResourceId } from "../resource-id";
import type { WritePlan } from "../resource-type";
import type { VirtualInterval } from "../virtual-clock";
import type { ResourceCall } from "./call";
import { acceptedAnswer, realMilliseconds } from "./long-running-answer";
import { etagHeader } from "./show";

/** A PUT or PATCH whose plan is made. */
export interface PlannedWrite {
  readonly call: ResourceCall;
  readonly verb: "PUT" | "PATCH";
  /** As sent: what the virtual clock reads dependencies from. */
  readonly sent: JsonObject;
  readonly existing: Resource | undefined;
  readonly holds: readonly ResourceId[];
  readonly plan: WritePlan;
}

/**
 * Awaits a hook's plan. Between the checks before the hook and what follows it nothing else may happen, which is free for
 * hooks that answer at once; for others `stillTrue` looks again.
 */
export async function settle<T>(plan: T | Promise<T>, stillTrue: () => boolean): Promise<T> {
  const settled = await plan;
  if (!stillTrue()) {
    throw new ConcurrentRequest();
  }
  return settled;
}

/** Stores what a plan says, begins its work and answers. */
export async function applyWrite(write: PlannedWrite): Promise<Answer> {
  const { call, verb, sent, existing, plan } = write;
  const { azure, id, type } = call;
  const accepted =
    existing === undefined ? type.longRunning?.create : type.longRunning?.[verb === "PUT" ? "update" : "patch"];
  const before = existing === undefined ? undefined : { ...existing };
  const resource: Resource = existing ?? {
    id,
    type,
    body: {},
    provisioningState: "Creating",
    etag: undefined,
    hidden: new Map(),
    operation: undefined,
  };
  resource.body = plan.body;
  resource.provisioningState = existing === undefined ? (type.longRunning?.creating ?? "Creating") : "Updating";
  renewEtag(resource);
  azure.store.add(resource);
  plan.onAccepted?.(resource);
  const seconds = plan.virtualSeconds ?? modelledSeconds(type.type, verb);
  const interval = azure.clock.begin(id, verb, sent, seconds);
  if (accepted !== undefined) {
    return beginWrite(write, resource, accepted, interval, seconds);
  }
  try {
    await plan.work?.(resource, new AbortController().signal);
  } catch (error) {
    // A synchronous write either happens or does not.
    if (before === undefined) {
      azure.store.remove(id);
    } else {
      Object.assign(resource, before);
    }
    throw error;
  }
  finishWrite(call, resource, interval);
  const created = existing === undefined;
  return {
    status: created ? (type.statuses?.create ?? 201) : (type.statuses?.update ?? 200),
    headers: { ...etagHeader(resource), ...(created ? type.createdHeaders?.(resource) : {}) },
    body: azure.show(resource, call.apiVersion),
    virtualSeconds: seconds,
  };
}

function beginWrite(
  write: PlannedWrite,
  resource: Resource,
  accepted: AcceptedAnswer,
  interval: VirtualInterval,
  virtualSeconds: number,
): Answer {
  const { call, verb, holds, plan } = write;
  const { azure, id, type, apiVersion } = call;
  const operation = azure.operations.begin({
    style: type.longRunning?.style ?? failWithoutStyle(type.type),
    subscriptionId: id.subscriptionId ?? azure.subscriptionId,
    location: operationLocation(call, resource.body),
    apiVersion,
    verb,
    resourceId: id,
    holds: holds.map(({ key }) => key),
    atLeast: realMilliseconds(azure, virtualSeconds),
    work: async (signal) => {
      // The etag has changed by the time the state is Succeeded (azure-arm.md 3.6).
      renewEtag(resource);
      await plan.work?.(resource, signal);
      resource.provisioningState = "Succeeded";
      finishWrite(call, resource, interval);
      // The location URL must end with the resource as it was then (azure-arm.md 12.2).
      return structuredClone(azure.show(resource, apiVersion));
    },
    onEnd: (ended) => {
      if (resource.operation === ended) {
        resource.operation = undefined;
      }
      if (ended.status !== "Succeeded" && resource.provisioningState !== "Deleting") {
        // The resource stays, Failed, and the next PUT is allowed (azure-arm.md 7.1).
        resource.provisioningState = ended.status === "Failed" ? "Failed" : "Canceled";
        azure.clock.ended(id, interval);
      }
    },
  });
  resource.operation = operation;
  const body = accepted.body ? azure.show(resource, apiVersion) : undefined;
  return acceptedAnswer(azure, operation, accepted, body, virtualSeconds, etagHeader(resource));
}

/** Makes a resource as it is after a write that succeeded. */
export function finishWrite(call: ResourceCall, resource: Resource, interval: VirtualInterval): void {
  const { azure, id, type } = call;
  resource.provisioningState = "Succeeded";
  azure.clock.alias(id, type.aliases?.(resource) ?? []);
  azure.clock.ended(id, interval);
}

/** Gives a resource its next etag, if its type has one. */
export function renewEtag(resource: Resource): void {
  if (resource.type.etag === "weak") {
    resource.etag = `W/"${randomUUID()}"`;
  } else if (resource.type.etag === "counter") {
    resource.etag = `"${Number(resource.etag?.slice(1, -1) ?? 0) + 1}"`;
  }
}

/** Region in a polling URL: the resource's own, that of what it lies in, else the resource group's. */
export function operationLocation(
  { azure, id }: Pick<ResourceCall, "azure" | "id">,
  body: JsonObject | undefined,
): string {
  const own = textAt(body, "location");
  if (own !== undefined) {
    return own;
  }
  for (let scope = id.parent; scope !== null; scope = scope.parent) {
    const location = textAt(azure.store.get(scope)?.body, "location");
    if (location !== undefined) {
      return location;
    }
  }
  const { subscriptionId, resourceGroup } = id;
  const group =
    subscriptionId === null || resourceGroup === null
      ? undefined
      : azure.store.get(resourceGroupScope(subscriptionId, resourceGroup));
  return textAt(group?.body, "location") ?? "westus2";
}

function failWithoutStyle(type: string): never {
  throw new Error(`internal error: ${type} has a long-running answer and no style`);
}
