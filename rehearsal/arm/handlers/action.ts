import type { Answer } from "../answer";
import { fitBody, readJsonBody } from "../arm-request";
import { NotSimulated, ResourceNotFound } from "../gateway-errors";
import { modelledSeconds } from "../latency";
import { resourceRequest, type ResourceCall } from "./call";
import { acceptedAnswer, realMilliseconds } from "./long-running-answer";
import { checkIdle } from "./preconditions";
import { operationLocation, settle } from "./write";

/** POST (or GET) of an action of a resource. */
export async function runAction(call: ResourceCall, name: string): Promise<Answer> {
  const { azure, id, type, request, apiVersion } = call;
  const action = type.actions?.[name];
  if (action?.method !== request.method) {
    throw new NotSimulated(request.method, request.path);
  }
  const existing = azure.store.get(id);
  if (existing === undefined) {
    throw type.notFound?.(id) ?? new ResourceNotFound(id);
  }
  const body = fitBody(action.shape, readJsonBody(request.body, true), false);
  const holds = action.longRunning === undefined ? [] : checkIdle(call, body);
  const planned = action.run({ ...resourceRequest(call), body, existing });
  const plan = planned instanceof Promise ? await settle(planned, () => azure.store.get(id) === existing) : planned;
  const { work } = plan;
  if (action.longRunning === undefined || work === undefined) {
    const answer = plan.answer ?? (await work?.(existing, new AbortController().signal));
    return { status: plan.status ?? 200, ...(answer === undefined ? {} : { body: answer }) };
  }
  const virtualSeconds = plan.virtualSeconds ?? modelledSeconds(type.type, name);
  const interval = azure.clock.begin(id, "POST", body, virtualSeconds);
  const operation = azure.operations.begin({
    style: type.longRunning?.style ?? failWithoutStyle(type.type),
    subscriptionId: id.subscriptionId ?? azure.subscriptionId,
    location: operationLocation(call, existing.body),
    apiVersion,
    verb: "POST",
    resourceId: id,
    holds: holds.map(({ key }) => key),
    atLeast: realMilliseconds(azure, virtualSeconds),
    work: async (signal) => work(existing, signal),
    onEnd: () => azure.clock.ended(id, interval),
  });
  return acceptedAnswer(azure, operation, action.longRunning, undefined, virtualSeconds);
}

function failWithoutStyle(type: string): never {
  throw new Error(`internal error: ${type} has a long-running action and no longRunning style`);
}
