import { liesIn } from "../resource-id";
import type { Resource } from "../resource";
import type { ListRequest } from "../resource-type";

/**
 * Assignments of the list's type at, above and below its scope; `$filter=atScope()` leaves out those below
 * (azure-arm.md 3.8; learn: policy-assignments/list).
 */
export function assignmentsAround({ azure, scope, type, query }: ListRequest): Resource[] {
  const atScope = /atScope\(\)/i.test(query.get("filter") ?? "");
  return azure.store
    .ofType(type.type)
    .filter(({ id }) => liesIn(scope, id.parent) || (!atScope && liesIn(id.parent, scope)));
}
