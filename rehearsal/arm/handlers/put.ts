import type { Answer } from "../answer";
import { fitBody, readJsonBody } from "../arm-request";
import { NotSimulated } from "../gateway-errors";
import { resourceRequest, type ResourceCall } from "./call";
import { withLocation } from "./location-checks";
import { checkEtag, checkGroupStays, checkIdle } from "./preconditions";
import { applyWrite, settle } from "./write";

/** PUT of a resource: creates it, or replaces what was put before. */
export async function putResource(call: ResourceCall): Promise<Answer> {
  const { azure, id, type, request } = call;
  if (type.put === undefined) {
    throw new NotSimulated(request.method, request.path);
  }
  const existing = azure.store.get(id);
  const sent = readJsonBody(request.body, false);
  const invalidName = existing === undefined ? type.checkName?.(id.name, id) : undefined;
  if (invalidName !== undefined) {
    throw invalidName;
  }
  const body = withLocation(type, id, fitBody(type.shape, sent, false), existing);
  checkGroupStays(azure, id);
  checkEtag(call, existing);
  const holds = checkIdle(call, body);
  const planned = type.put({ ...resourceRequest(call), body, existing });
  const plan = planned instanceof Promise ? await settle(planned, () => azure.store.get(id) === existing) : planned;
  return applyWrite({ call, verb: "PUT", sent: body, existing, holds, plan });
}
