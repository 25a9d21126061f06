import { objectAt } from "../json";
import type { ResourceType } from "../resource-type";
import { assignmentsAround } from "./assignments-around";
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
  list: assignmentsAround,
};
