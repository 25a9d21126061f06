import type { Azure } from "../azure";
import {
  ConcurrentRequest,
  PreconditionFailed,
  PreconditionFailedInDetails,
  ResourceGroupBeingDeleted,
  type EtagHeader,
} from "../gateway-errors";
import type { JsonObject } from "../json";
import type { Resource } from "../resource";
import { resourceGroupScope, type ResourceId } from "../resource-id";
import type { ResourceRequest, ResourceType } from "../resource-type";
import { resourceRequest, type ResourceCall } from "./call";

/** The If-Match / If-None-Match table (azure-arm.md 2): 412 on mismatch. */
export function checkEtag({ request, id, type }: ResourceCall, existing: Resource | undefined): void {
  const ifMatch = request.headers["if-match"];
  const ifNoneMatch = request.headers["if-none-match"];
  const matches = (header: string) =>
    existing !== undefined && (header.trim() === "*" || header.split(",").some((tag) => tag.trim() === existing.etag));
  const refuse = (header: EtagHeader, wanted: string) =>
    type.etag === "weak"
      ? new PreconditionFailedInDetails(id, header, wanted, existing?.etag)
      : new PreconditionFailed(header, wanted, existing?.etag);
  if (ifMatch !== undefined && !matches(ifMatch)) {
    throw refuse("if-match", ifMatch);
  }
  if (ifNoneMatch !== undefined && matches(ifNoneMatch)) {
    throw refuse("if-none-match", ifNoneMatch);
  }
}

/** Refuses a new resource in a resource group that is being deleted. */
export function checkGroupStays(azure: Azure, id: ResourceId): void {
  if (id.subscriptionId !== null && id.resourceGroup !== null) {
    const group = azure.store.get(resourceGroupScope(id.subscriptionId, id.resourceGroup));
    if (group?.provisioningState === "Deleting") {
      throw new ResourceGroupBeingDeleted(group.id.name);
    }
  }
}

/** Refuses a write while another one runs on the same resource, or on one that excludes it (azure-arm.md 7.1). */
export function checkIdle(call: ResourceCall, body: JsonObject | undefined): readonly ResourceId[] {
  const ids = exclusiveIds(call.type, resourceRequest(call), body);
  const holder = call.azure.operations.holderOf(ids);
  if (holder !== undefined) {
    throw call.type.busy?.(holder, resourceRequest(call)) ?? new ConcurrentRequest();
  }
  return ids;
}

/** Ids that a write to a resource holds while it runs. */
export function exclusiveIds(
  type: ResourceType,
  request: ResourceRequest,
  body: JsonObject | undefined,
): readonly ResourceId[] {
  return type.exclusive?.(request, body) ?? [request.id];
}
