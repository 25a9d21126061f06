import { COMPUTE_ROUTES, COMPUTE_TYPES } from "./compute";
import { RESOURCE_GROUPS } from "./resources/resource-groups";
import { STORAGE_ROUTES, STORAGE_TYPES } from "./storage";
import type { ProviderRoute, ResourceType } from "./resource-type";

/** Every resource type of the simulated Azure, one a line. */
export const RESOURCE_TYPES: readonly ResourceType[] = [RESOURCE_GROUPS, ...COMPUTE_TYPES, ...STORAGE_TYPES];

/** Every call that belongs to a provider and not to a resource, one a line. */
export const PROVIDER_ROUTES: readonly ProviderRoute[] = [...COMPUTE_ROUTES, ...STORAGE_ROUTES];
