import { objectAt } from "../json";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { STORAGE_API_VERSIONS } from "./api-versions";

/** Microsoft.Storage/storageAccounts/blobServices: the one called `default`, which comes and goes with the account (azure-arm.md 1). */
export const BLOB_SERVICE: ResourceType = {
  type: "Microsoft.Storage/storageAccounts/blobServices",
  apiVersions: STORAGE_API_VERSIONS,
  tracked: false,
  onlyName: "default",
  showsProvisioningState: false,
  shape: shapeOf("storage", "BlobServiceProperties"),
  statuses: { create: 200 },
  put: ({ body, existing }) => ({
    body: {
      ...existing?.body,
      ...body,
      properties: { ...objectAt(existing?.body, "properties"), ...objectAt(body, "properties") },
    },
  }),
};
