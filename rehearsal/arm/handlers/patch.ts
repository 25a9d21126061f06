import type { Answer } from "../answer";
import { fitBody, readJsonBody } from "../arm-request";
import { NotSimulated, ResourceNotFound } from "../gateway-errors";
import { isObject } from "../json";
import type { PatchRequest, WritePlan } from "../resource-type";
import { resourceRequest, type ResourceCall } from "./call";
import { checkEtag, checkGroupStays, checkIdle } from "./preconditions";
import { applyWrite, settle } from "./write";

/** PATCH of a resource. */
export async function patchResource(call: ResourceCall): Promise<Answer> {
  const { azure, id, type, request } = call;
  const patch = type.patch ?? (type.tracked ? replaceTags : undefined);
  if (patch === undefined) {
    throw new NotSimulated(request.method, request.path);
  }
  const existing = azure.store.get(id);
  if (existing === undefined) {
    throw type.notFound?.(id) ?? new ResourceNotFound(id);
  }
  const body = fitBody(type.patchShape ?? type.shape, readJsonBody(request.body, false), true);
  checkGroupStays(azure, id);
  checkEtag(call, existing);
  const holds = checkIdle(call, body);
  const planned = patch({ ...resourceRequest(call), body, existing });
  const plan = planned instanceof Promise ? await settle(planned, () => azure.store.get(id) === existing) : planned;
  return applyWrite({ call, verb: "PATCH", sent: body, existing, holds, plan });
}

/** Tags in a PATCH replace the whole map (azure-arm.md 2); nothing else can be changed so on Network types. */
export function replaceTags({ body, existing }: PatchRequest): WritePlan {
  const { tags } = body;
  return { body: isObject(tags) ? { ...existing.body, tags } : existing.body };
}
