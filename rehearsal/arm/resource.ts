import type { JsonObject } from "./json";
import type { Operation } from "./operation";
import type { ResourceId } from "./resource-id";
import type { ResourceType } from "./resource-type";

/** A resource in the store. */
export interface Resource {
  readonly id: ResourceId;
  readonly type: ResourceType;
  /** What was put and filled in: location, tags, sku, properties …; not id, name, type, etag, provisioningState. */
  body: JsonObject;
  provisioningState: "Creating" | "Updating" | "Deleting" | "Succeeded" | "Failed" | "Canceled";
  etag: string | undefined;
  /** State that is never shown: secrets, blob names, processes. */
  readonly hidden: Map<string, unknown>;
  /** The operation that runs on this resource; undefined when none does. */
  operation: Operation | undefined;
}

/** A resource on which nothing works, with nothing hidden. */
export function settledResource(id: ResourceId, type: ResourceType, body: JsonObject): Resource {
  return { id, type, body, provisioningState: "Succeeded", etag: undefined, hidden: new Map(), operation: undefined };
}
