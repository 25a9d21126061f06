import { AzureError } from "../azure-error";

/** 400: replication of a new principal (HubAndSpokeResearchEnclave #50, azure-cli #26700); GUIDs without dashes. */
export class PrincipalNotFound extends AzureError {
  constructor(principalId: string, tenantId: string) {
    super(
      400,
      "PrincipalNotFound",
      `Principal ${withoutDashes(principalId)} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. ` +
        "If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. " +
        "In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  " +
        "See https://aka.ms/docs-principaltype",
    );
  }
}

/** 400 (azure-cli #21961; status modelled). */
export class RoleDefinitionDoesNotExist extends AzureError {
  constructor(id: string) {
    super(
      400,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${withoutDashes(id)}' does not exist.`,
    );
  }
}

/** 404: a definition that is read (modelled). */
export class RoleDefinitionNotFound extends AzureError {
  constructor(id: string) {
    super(
      404,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${withoutDashes(id)}' does not exist.`,
    );
  }
}

/** 409: the same role for the same principal at the same scope, under another name (modelled). */
export class RoleAssignmentExists extends AzureError {
  constructor(existingName: string) {
    super(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the conflicting role assignment is ${withoutDashes(existingName)}.`,
    );
  }
}

/** 400 (modelled). */
export class InvalidRoleAssignmentId extends AzureError {
  constructor(name: string) {
    super(
      400,
      "InvalidRoleAssignmentId",
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
}

/** 400 (modelled). */
export class RoleAssignmentUpdateNotPermitted extends AzureError {
  constructor() {
    super(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  }
}

/** 404: how Authorization misses an assignment (modelled). */
export class RoleAssignmentNotFound extends AzureError {
  constructor(name: string) {
    super(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);
  }
}

function withoutDashes(guid: string): string {
  return guid.replaceAll("-", "");
}
