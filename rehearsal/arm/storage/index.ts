import type { ProviderRoute, ResourceType } from "../resource-type";
import { BLOB_CONTAINER } from "./blob-container";
import { BLOB_SERVICE } from "./blob-service";
import { MANAGEMENT_POLICY } from "./management-policy";
import { CHECK_NAME_AVAILABILITY, STORAGE_ACCOUNT } from "./storage-account";

/** The types of Microsoft.Storage. */
export const STORAGE_TYPES: readonly ResourceType[] = [
  STORAGE_ACCOUNT,
  BLOB_SERVICE,
  BLOB_CONTAINER,
  MANAGEMENT_POLICY,
];

export const STORAGE_ROUTES: readonly ProviderRoute[] = [CHECK_NAME_AVAILABILITY];
