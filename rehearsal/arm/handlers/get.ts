import type { Answer } from "../answer";
import { ResourceNotFound } from "../gateway-errors";
import type { ResourceCall } from "./call";
import { etagHeader } from "./show";

/** GET of a resource. */
export function getResource({ azure, id, type, request, apiVersion }: ResourceCall): Answer {
  const resource = azure.store.get(id) ?? type.find?.(id);
  if (resource === undefined) {
    throw type.notFound?.(id) ?? new ResourceNotFound(id);
  }
  const body = azure.show(resource, apiVersion, request.query.get("expand"));
  return { status: 200, headers: etagHeader(resource), body };
}

/** HEAD of a resource: 204 or 404, never a body (azure-arm.md 1, 2). */
export function headResource({ azure, id }: ResourceCall): Answer {
  return { status: azure.store.get(id) === undefined ? 404 : 204 };
}
