import type { Answer } from "../answer";
import type { ResourceId } from "../resource-id";
import type { Resource } from "../resource";
import type { ListRequest, ResourceType } from "../resource-type";
import type { Call } from "./call";

/** GET of a collection: `{"value": […]}`, without instance views (azure-arm.md 3.5). */
export function listResources(call: Call, scope: ResourceId | null, type: ResourceType): Answer {
  const { azure, request, apiVersion, principal } = call;
  const list: ListRequest = { azure, scope, type, query: request.query, apiVersion, principal };
  const resources = type.list?.(list) ?? resourcesBelow(list);
  return { status: 200, body: { value: resources.map((resource) => azure.show(resource, apiVersion)) } };
}

/** All resources of the list's type that lie anywhere below its scope. */
export function resourcesBelow({ azure, scope, type }: ListRequest): Resource[] {
  const prefix = scope === null ? "/" : `${scope.key}/`;
  return azure.store.ofType(type.type).filter(({ id }) => id.key.startsWith(prefix));
}
