import { RESOURCE_GROUPS } from "./resources/resource-groups";
import type { ProviderRoute, ResourceType } from "./resource-type";

/** Every resource type of the simulated Azure, one a line. */
export const RESOURCE_TYPES: readonly ResourceType[] = [RESOURCE_GROUPS];

/** Every call that belongs to a provider and not to a resource, one a line. */
export const PROVIDER_ROUTES: readonly ProviderRoute[] = [];
