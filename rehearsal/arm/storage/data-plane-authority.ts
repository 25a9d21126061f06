import type { AccountAccess, Authority, Right, TokenClaims } from "../blob";
import { BUILT_IN_ROLES } from "../authorization/built-in-roles";
import type { Azure } from "../azure";
import { objectAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { TokenError } from "../tokens";
import { findAccount } from "./storage-account";

const ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments";

export interface DataPlaneOptions {
  /** Object id of the subscription's Owner: all actions of the control plane, no data (learn: role-definitions, dataActions). */
  readonly ownerId: string;
  /**
   * Milliseconds until a role assignment reaches the data plane. In Azure it is up to ten minutes (azure-arm.md 7.2);
   * until then requests are refused with 403.
   *
   * @default 0
   */
  readonly rolePropagationMilliseconds?: number;
}

/** The control plane as the blob plane asks it: accounts, tokens, role assignments. */
export function dataPlaneAuthority(azure: Azure, options: DataPlaneOptions): Authority {
  return {
    authorizationUri: `${azure.armEndpoint}/${azure.tenantId}/oauth2/authorize`,
    account(name) {
      const account = findAccount(azure, name);
      return account && accessOf(account);
    },
    authenticate: (token) => claimsOf(azure, token),
    allows: (objectId, scope, right) =>
      (objectId === options.ownerId && right.kind === "action") ||
      azure.store
        .ofType(ROLE_ASSIGNMENT)
        .some((assignment) => assigns(assignment, objectId, scope, right, options.rolePropagationMilliseconds ?? 0)),
  };
}

function accessOf({ id, body }: Resource): AccountAccess {
  const properties = objectAt(body, "properties");
  return {
    id: id.text,
    // Shared Key is allowed unless it is forbidden (learn: shared-key-authorization-prevent).
    allowSharedKeyAccess: properties.allowSharedKeyAccess !== false,
    allowBlobPublicAccess: properties.allowBlobPublicAccess === true,
    openToNetwork:
      properties.publicNetworkAccess !== "Disabled" && textAt(properties, "networkAcls", "defaultAction") !== "Deny",
  };
}

function claimsOf(azure: Azure, token: string): TokenClaims | undefined {
  try {
    return azure.tokens.read(token);
  } catch (error) {
    if (error instanceof TokenError) {
      return undefined;
    }
    throw error;
  }
}

function assigns({ body }: Resource, objectId: string, scope: string, right: Right, delay: number): boolean {
  const properties: JsonObject = objectAt(body, "properties");
  const assigned = `${textAt(properties, "scope") ?? ""}/`.toLowerCase();
  const since = Date.parse(textAt(properties, "createdOn") ?? "");
  return (
    textAt(properties, "principalId")?.toLowerCase() === objectId.toLowerCase() &&
    `${scope}/`.toLowerCase().startsWith(assigned) &&
    since + delay <= Date.now() &&
    rightsOfRole(textAt(properties, "roleDefinitionId") ?? "", right.kind).some((pattern) =>
      matches(pattern, right.name),
    )
  );
}

/** Patterns of the rights that a role gives; roles of one's own are not simulated. */
function rightsOfRole(roleDefinitionId: string, kind: Right["kind"]): readonly string[] {
  const guid = roleDefinitionId.toLowerCase().split("/").at(-1);
  const role = BUILT_IN_ROLES.find(({ id }) => id === guid);
  return (kind === "action" ? role?.actions : role?.dataActions) ?? [];
}

/** Names of actions compare without case; `*` stands for anything (learn: role-definitions). */
function matches(pattern: string, name: string): boolean {
  const expression = pattern
    .toLowerCase()
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${expression}$`).test(name.toLowerCase());
}
