import { objectAt } from "../json";
import { providerId } from "../resource-id";
import { settledResource, type Resource } from "../resource";
import type { ResourceType } from "../resource-type";
import { BUILT_IN_POLICIES, type BuiltInPolicy } from "./built-in-policies";

/** Versions of Azure Policy: @azure/arm-policy's, azure-native's, az CLI's. */
export const POLICY_API_VERSIONS = ["2024-05-01", "2025-01-01", "2023-04-01", "2022-06-01", "2021-06-01", "2020-09-01"];

/** Policy definitions: the built-in ones of the tenant, and those that are put (learn: policy, definition-structure). */
export const POLICY_DEFINITIONS: ResourceType = {
  type: "Microsoft.Authorization/policyDefinitions",
  apiVersions: POLICY_API_VERSIONS,
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
  find: (id) => {
    const policy = BUILT_IN_POLICIES.find((candidate) => candidate.id === id.name.toLowerCase());
    return policy === undefined ? undefined : definition(policy);
  },
  put: ({ body }) => ({
    body: { properties: { mode: "Indexed", policyType: "Custom", ...objectAt(body, "properties") } },
  }),
  delete: () => ({}),
};

/** Sets of policies, called initiatives in the portal. */
export const POLICY_SET_DEFINITIONS: ResourceType = {
  type: "Microsoft.Authorization/policySetDefinitions",
  apiVersions: POLICY_API_VERSIONS,
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
  put: ({ body }) => ({ body: { properties: { policyType: "Custom", ...objectAt(body, "properties") } } }),
  delete: () => ({}),
};

function definition({ id, displayName, mode, parameters, condition, effect }: BuiltInPolicy): Resource {
  return settledResource(providerId(null, "Microsoft.Authorization", "policyDefinitions", id), POLICY_DEFINITIONS, {
    properties: {
      displayName,
      policyType: "BuiltIn",
      mode,
      metadata: { version: "1.0.1", category: "Tags" },
      parameters: Object.fromEntries(parameters.map((name) => [name, { type: "String" }])),
      policyRule: { if: condition, then: { effect } },
    },
  });
}
