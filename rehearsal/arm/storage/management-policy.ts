import { objectsAt } from "../json";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { STORAGE_API_VERSIONS } from "./api-versions";
import { ManagementPolicyNotFound } from "./errors";

/** Microsoft.Storage/storageAccounts/managementPolicies (azure-arm.md 3.7): 200 on create too, and another name than its id ends with. */
export const MANAGEMENT_POLICY: ResourceType = {
  type: "Microsoft.Storage/storageAccounts/managementPolicies",
  apiVersions: STORAGE_API_VERSIONS,
  tracked: false,
  onlyName: "default",
  showsProvisioningState: false,
  shape: shapeOf("storage", "ManagementPolicy"),
  statuses: { create: 200 },
  notFound: (id) => new ManagementPolicyNotFound(id.parent?.name ?? ""),
  put: ({ body }) => ({
    body: {
      properties: {
        policy: { rules: objectsAt(body, "properties", "policy", "rules").map((rule) => ({ enabled: true, ...rule })) },
        lastModifiedTime: new Date().toISOString(),
      },
    },
  }),
  delete: () => ({}),
  show: ({ body }) => ({ ...body, name: "DefaultManagementPolicy" }),
};
