import { LOCKS } from "./authorization/locks";
import { POLICY_ASSIGNMENTS } from "./authorization/policy-assignments";
import { POLICY_DEFINITIONS, POLICY_SET_DEFINITIONS } from "./authorization/policy-definitions";
import { ROLE_ASSIGNMENTS } from "./authorization/role-assignments";
import { ROLE_DEFINITIONS } from "./authorization/role-definitions";
import { COMPUTE_ROUTES, COMPUTE_TYPES } from "./compute";
import { USER_ASSIGNED_IDENTITIES } from "./identity/user-assigned-identities";
import { NETWORK_INTERFACES } from "./network/network-interfaces";
import { NETWORK_SECURITY_GROUPS } from "./network/network-security-groups";
import { PUBLIC_IP_ADDRESSES } from "./network/public-ip-addresses";
import { SECURITY_RULES } from "./network/security-rules";
import { SUBNETS } from "./network/subnets";
import { VIRTUAL_NETWORKS } from "./network/virtual-networks";
import { RESOURCE_GROUPS } from "./resources/resource-groups";
import { SCHEDULES } from "./schedules/schedules";
import { STORAGE_ROUTES, STORAGE_TYPES } from "./storage";
import type { ProviderRoute, ResourceType } from "./resource-type";

/** Every resource type of the simulated Azure, one a line. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  RESOURCE_GROUPS,
  VIRTUAL_NETWORKS,
  SUBNETS,
  NETWORK_SECURITY_GROUPS,
  SECURITY_RULES,
  PUBLIC_IP_ADDRESSES,
  NETWORK_INTERFACES,
  USER_ASSIGNED_IDENTITIES,
  ROLE_ASSIGNMENTS,
  ROLE_DEFINITIONS,
  LOCKS,
  POLICY_ASSIGNMENTS,
  POLICY_DEFINITIONS,
  POLICY_SET_DEFINITIONS,
  SCHEDULES,
  ...COMPUTE_TYPES,
  ...STORAGE_TYPES,
];

/** Every call that belongs to a provider and not to a resource, one a line. */
export const PROVIDER_ROUTES: readonly ProviderRoute[] = [...COMPUTE_ROUTES, ...STORAGE_ROUTES];
