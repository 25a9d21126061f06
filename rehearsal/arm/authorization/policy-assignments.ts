import { objectAt } from "../json";
import type { Resource } from "../resource";
import type { ListRequest, ResourceType } from "../resource-type";
import { POLICY_API_VERSIONS } from "./policy-definitions";

/** Policy assignments on any scope; what they refuse: gateway/policies.ts (learn: policy, assignment-structure). */
export const POLICY_ASSIGNMENTS: ResourceType = {
  type: "Microsoft.Authorization/policyAssignments",
  apiVersions: POLICY_API_VERSIONS,
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
  put: ({ id, body }) => ({
    body: {
      properties: {
        enforcementMode: "Default",
        parameters: {},
        notScopes: [],
        ...objectAt(body, "properties"),
        scope: id.parent?.text ?? "/",
      },
    },
  }),
  delete: () => ({}),
  list,
};

/** Assignments at, above and below the scope; `$filter=atScope()` leaves out those below (learn: policy-assignments/list). */
function list({ azure, scope, query }: ListRequest): Resource[] {
  const here = `${scope?.key ?? ""}/`;
  const atScope = /atScope\(\)/i.test(query.get("filter") ?? "");
  return azure.store.ofType(POLICY_ASSIGNMENTS.type).filter(({ id }) => {
    const there = `${id.parent?.key ?? ""}/`;
    return here.startsWith(there) || (!atScope && there.startsWith(here));
  });
}
