import { AzureError } from "../azure-error";
import type { Principal } from "../tokens";

/*
 * Refusals of a request for who sent it. Status and code from azure-arm.md 6; wording too unless a class says "modelled".
 */

/** 401: no Authorization header (azure-arm.md 6). */
export class AuthenticationFailed extends AzureError {
  constructor(loginEndpoint: string, tenantId: string) {
    super(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.", {
      gateway: true,
      headers: { "WWW-Authenticate": challenge(loginEndpoint, tenantId, "Authentication failed.") },
    });
  }
}

/** 401: a header that is no bearer token (azure-arm.md 6; wording modelled). */
export class AuthenticationFailedInvalidHeader extends AzureError {
  constructor(loginEndpoint: string, tenantId: string) {
    const message = "Authentication failed. The 'Authorization' header is provided in an invalid format.";
    super(401, "AuthenticationFailedInvalidHeader", message, {
      gateway: true,
      headers: { "WWW-Authenticate": challenge(loginEndpoint, tenantId, message) },
    });
  }
}

/** 401: a token that cannot be read, or was not signed by this tenant (azure-arm.md 6; wording modelled). */
export class InvalidAuthenticationToken extends AzureError {
  constructor(loginEndpoint: string, tenantId: string) {
    super(401, "InvalidAuthenticationToken", "The access token is invalid.", {
      gateway: true,
      headers: { "WWW-Authenticate": challenge(loginEndpoint, tenantId, "The access token is invalid.") },
    });
  }
}

/** 401: a token for another audience (modelled). */
export class InvalidAuthenticationTokenAudience extends AzureError {
  constructor(loginEndpoint: string, tenantId: string, audience: string, allowed: readonly string[]) {
    const message =
      "The access token has been obtained for wrong audience or resource " +
      `'${audience}'. It should exactly match with one of the allowed audiences '${allowed.join(",")}'.`;
    super(401, "InvalidAuthenticationTokenAudience", message, {
      gateway: true,
      headers: { "WWW-Authenticate": challenge(loginEndpoint, tenantId, "The access token audience is invalid.") },
    });
  }
}

/** 401: a token that has expired (modelled). */
export class ExpiredAuthenticationToken extends AzureError {
  constructor(loginEndpoint: string, tenantId: string) {
    super(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.", {
      gateway: true,
      headers: { "WWW-Authenticate": challenge(loginEndpoint, tenantId, "The access token has expired.") },
    });
  }
}

function challenge(loginEndpoint: string, tenantId: string, description: string): string {
  return `Bearer authorization_uri="${loginEndpoint}/${tenantId}", error="invalid_token", error_description="${description}"`;
}

/** 403 (azure-arm.md 6). */
export class AuthorizationFailed extends AzureError {
  constructor(clientId: string, objectId: string, action: string, scope: string) {
    super(
      403,
      "AuthorizationFailed",
      `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action '${action}' ` +
        `over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
      { gateway: true },
    );
  }
}

/** 403 (learn: error-linked-authorization-failed; wording as recorded in many issues): what the body names may not be used. */
export class LinkedAuthorizationFailed extends AzureError {
  constructor(
    { clientId, objectId }: Pick<Principal, "clientId" | "objectId">,
    action: string,
    scope: string,
    linkedAction: string,
    linkedScope: string,
  ) {
    super(
      403,
      "LinkedAuthorizationFailed",
      `The client '${clientId}' with object id '${objectId}' has permission to perform action '${action}' on scope '${scope}'; ` +
        `however, it does not have permission to perform action(s) '${linkedAction}' on the linked scope(s) '${linkedScope}' (respectively) or the linked scope(s) are invalid.`,
      { gateway: true },
    );
  }
}
