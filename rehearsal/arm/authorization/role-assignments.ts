import type { Azure } from "../azure";
import { objectAt, textAt } from "../json";
import type { Resource } from "../resource";
import type { ListRequest, PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import {
  InvalidRoleAssignmentId,
  PrincipalNotFound,
  RoleAssignmentExists,
  RoleAssignmentNotFound,
  RoleAssignmentUpdateNotPermitted,
  RoleDefinitionDoesNotExist,
} from "./authorization-errors";
import { assignmentsAround } from "./assignments-around";
import { BUILT_IN_ROLES } from "./built-in-roles";

/** Seconds that a new principal needs to be known everywhere (modelled; azure-arm.md 6, PrincipalNotFound). */
const REPLICATION_SECONDS = 30;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Role assignments on any scope (azure-arm.md 1, 3.8). */
export const ROLE_ASSIGNMENTS: ResourceType = {
  type: "Microsoft.Authorization/roleAssignments",
  apiVersions: [
    "2015-07-01",
    "2018-01-01-preview",
    "2018-09-01-preview",
    "2020-03-01-preview",
    "2020-04-01-preview",
    "2020-08-01-preview",
    "2020-10-01-preview",
    "2022-04-01",
  ],
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
  shape: shapeOf("authorization", "RoleAssignmentCreateParameters"),
  checkName: (name) => (GUID.test(name) ? undefined : new InvalidRoleAssignmentId(name)),
  notFound: (id) => new RoleAssignmentNotFound(id.name),
  put: putRoleAssignment,
  delete: () => ({}),
  list: listRoleAssignments,
};

function putRoleAssignment({ azure, id, body, existing, principal }: PutRequest): WritePlan {
  const properties = objectAt(body, "properties");
  const principalId = textAt(properties, "principalId") ?? "";
  const roleDefinitionId = textAt(properties, "roleDefinitionId") ?? "";
  const roleId = roleDefinitionId.split("/").at(-1) ?? "";
  const before = objectAt(existing?.body, "properties");
  const scope = id.parent?.text ?? "/";
  if (!BUILT_IN_ROLES.some((role) => role.id === roleId.toLowerCase())) {
    throw new RoleDefinitionDoesNotExist(roleId);
  }
  if (existing !== undefined && textAt(before, "principalId") !== principalId) {
    throw new RoleAssignmentUpdateNotPermitted();
  }
  if (textAt(properties, "principalType") === undefined) {
    refuseUnknownPrincipal(azure, principalId, principal.objectId);
  }
  const twin = azure.store
    .ofType(ROLE_ASSIGNMENTS.type)
    .find((other) => other.id.key !== id.key && isTwin(other, scope, principalId, roleId));
  if (twin !== undefined) {
    throw new RoleAssignmentExists(twin.id.name);
  }
  const now = new Date().toISOString();
  return {
    body: {
      properties: {
        condition: null,
        conditionVersion: null,
        delegatedManagedIdentityResourceId: null,
        description: null,
        principalType: "ServicePrincipal",
        ...properties,
        scope,
        createdOn: textAt(before, "createdOn") ?? now,
        updatedOn: now,
        // Null in the answer to the PUT, filled in on later reads (azure-arm.md 3.8).
        createdBy: null,
        updatedBy: principal.objectId,
      },
    },
    // The answer is made before this runs in a moment of its own.
    onAccepted: (assignment) => {
      setImmediate(() => {
        objectAt(assignment.body, "properties").createdBy = principal.objectId;
      });
    },
  };
}

/** A principal that is not known, or was made a moment ago; naming its type switches the check off. */
function refuseUnknownPrincipal(azure: Azure, principalId: string, ownerId: string): void {
  const identity = azure.store
    .ofType("Microsoft.ManagedIdentity/userAssignedIdentities")
    .find(({ body }) => textAt(body, "properties", "principalId") === principalId);
  const madeAt = Number(identity?.hidden.get("createdAt") ?? 0);
  const replicated = Date.now() - madeAt >= REPLICATION_SECONDS * azure.millisecondsPerSecond;
  if (principalId !== ownerId && (identity === undefined || !replicated)) {
    throw new PrincipalNotFound(principalId, azure.tenantId);
  }
}

function isTwin({ body }: Resource, scope: string, principalId: string, roleId: string): boolean {
  const properties = objectAt(body, "properties");
  return (
    textAt(properties, "scope")?.toLowerCase() === scope.toLowerCase() &&
    textAt(properties, "principalId") === principalId &&
    textAt(properties, "roleDefinitionId")?.toLowerCase().endsWith(roleId.toLowerCase()) === true
  );
}

/** `principalId eq '…'` and `assignedTo('…')` leave out the assignments of others (azure-arm.md 3.8). */
function listRoleAssignments(request: ListRequest): Resource[] {
  const principalId = /(?:principalId\s+eq\s+|assignedTo\()'([^']*)'/i.exec(request.query.get("filter") ?? "")?.[1];
  return assignmentsAround(request).filter(
    ({ body }) => principalId === undefined || textAt(body, "properties", "principalId") === principalId,
  );
}
