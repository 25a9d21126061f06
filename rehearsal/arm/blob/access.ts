import type { BlobRequest, Right } from "./blob-request";
import type { StorageError } from "./storage-error";

/** What the control plane knows of a storage account that the data plane goes by. */
export interface AccountAccess {
  /** Resource id of the account. */
  readonly id: string;
  readonly allowSharedKeyAccess: boolean;
  readonly allowBlobPublicAccess: boolean;
  /** False with publicNetworkAccess Disabled or networkAcls.defaultAction Deny. */
  readonly openToNetwork: boolean;
}

/** Who a valid token was made for. */
export interface TokenClaims {
  readonly audience: string;
  readonly objectId: string;
}

/** The control plane as the blob plane sees it. */
export interface Authority {
  account(name: string): AccountAccess | undefined;
  /** Claims of a token that this Azure made and that is still valid, else undefined. */
  authenticate(token: string): TokenClaims | undefined;
  /** Whether a role assignment at `scope` or above gives the principal the right, and has reached the data plane. */
  allows(objectId: string, scope: string, right: Right): boolean;
  /** Address of the token service, for the challenge that a refused token is answered with. */
  readonly authorizationUri: string;
}

/** Outcome of the checks in front of the blob service. */
export type AccessDecision =
  | { readonly allowed: true; readonly principal: string }
  | { readonly allowed: false; readonly principal: string; readonly error: StorageError };

const STORAGE_AUDIENCE = /^https:\/\/(storage\.azure\.com|([a-z0-9]+)\.blob\.core\.windows\.net)\/?$/;

const AUTHENTICATION_FAILED =
  "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";

/**
 * Decides on a request to a storage account in the order Azure does: network rules, then who asks and how, then rights.
 * Signatures of keys and shared access signatures are left to Azurite, which checks them; it reads tokens once more, but
 * not their signature.
 */
export function decideAccess(request: BlobRequest, account: AccountAccess, authority: Authority): AccessDecision {
  const refuse = (status: number, code: string, message: string, headers?: Record<string, string>): AccessDecision => ({
    allowed: false,
    principal: request.credential.kind,
    error: { status, code, message, ...(headers && { headers }) },
  });
  if (!account.openToNetwork) {
    // learn: storage-network-security, "This request is not authorized to perform this operation."
    return refuse(403, "AuthorizationFailure", "This request is not authorized to perform this operation.");
  }
  switch (request.credential.kind) {
    case "shared-key":
    case "account-sas":
      // learn: shared-key-authorization-prevent; a SAS that is signed with the account key counts as Shared Key
      return account.allowSharedKeyAccess
        ? { allowed: true, principal: request.credential.kind }
        : refuse(
            403,
            "KeyBasedAuthenticationNotPermitted",
            "Key based authentication is not permitted on this storage account.",
          );
    case "user-delegation-sas":
      return { allowed: true, principal: request.credential.kind };
    case "anonymous":
      return decideAnonymous(account, refuse, authority);
    case "bearer":
      return decideBearer(request, request.credential.token, account, authority, refuse);
  }
}

type Refuse = (status: number, code: string, message: string, headers?: Record<string, string>) => AccessDecision;

function decideAnonymous(account: AccountAccess, refuse: Refuse, authority: Authority): AccessDecision {
  if (account.allowBlobPublicAccess) {
    return { allowed: true, principal: "anonymous" };
  }
  // learn: anonymous-read-access-prevent gives 409 PublicAccessNotPermitted; with the bearer challenge it is 401
  return refuse(
    401,
    "NoAuthenticationInformation",
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    challenge(authority),
  );
}

function decideBearer(
  request: BlobRequest,
  token: string,
  account: AccountAccess,
  authority: Authority,
  refuse: Refuse,
): AccessDecision {
  if (request.version === "") {
    // learn: authorize-with-azure-active-directory, OAuth needs x-ms-version 2017-11-09 or later
    return refuse(
      403,
      "AuthenticationFailed",
      `${AUTHENTICATION_FAILED} Authentication scheme Bearer is not supported in this version.`,
    );
  }
  const claims = authority.authenticate(token);
  const audience = STORAGE_AUDIENCE.exec(claims?.audience ?? "");
  if (!claims || !audience || (audience[2] !== undefined && audience[2] !== request.account)) {
    return refuse(
      401,
      "InvalidAuthenticationInfo",
      "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
      challenge(authority),
    );
  }
  const scope =
    request.container === "" ? account.id : `${account.id}/blobServices/default/containers/${request.container}`;
  if (authority.allows(claims.objectId, scope, request.right)) {
    return { allowed: true, principal: claims.objectId };
  }
  return {
    ...refuse(
      403,
      "AuthorizationPermissionMismatch",
      "This request is not authorized to perform this operation using this permission.",
    ),
    principal: claims.objectId,
  };
}

function challenge(authority: Authority): Record<string, string> {
  return {
    "www-authenticate": `Bearer authorization_uri=${authority.authorizationUri} resource_id=https://storage.azure.com`,
  };
}
