import type { Answer } from "../answer";
import type { ArmRequest } from "../arm-request";
import type { Azure } from "../azure";
import type { ResourceId } from "../resource-id";
import type { ResourceRequest, ResourceType } from "../resource-type";
import type { Principal } from "../tokens";

/** An ARM request that has passed authentication and the api-version check. */
export interface Call {
  readonly azure: Azure;
  readonly request: ArmRequest;
  readonly apiVersion: string;
  readonly principal: Principal;
}

/** A call on a resource of a known type. */
export interface ResourceCall extends Call {
  readonly id: ResourceId;
  readonly type: ResourceType;
}

/** Answers a call on a resource. */
export type ResourceHandler = (call: ResourceCall) => Answer | Promise<Answer>;

/** What hooks are given of a call. */
export function resourceRequest({ azure, id, request, apiVersion, principal }: ResourceCall): ResourceRequest {
  return { azure, id, query: request.query, apiVersion, principal };
}
