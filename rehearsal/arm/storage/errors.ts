import { AzureError } from "../azure-error";

/*
 * Errors of Microsoft.Storage (learn: rest/api/storagerp/srp_error_codes). A class says where its wording is modelled.
 */

/** 400: not 3 to 24 digits and lower-case letters. */
export class AccountNameInvalid extends AzureError {
  constructor(name: string) {
    super(400, "AccountNameInvalid", accountNameProblem(name));
  }
}

export function accountNameProblem(name: string): string {
  return `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`;
}

/** 409: the name is somebody's already; names are one space for the whole of Azure. */
export class StorageAccountAlreadyTaken extends AzureError {
  constructor(name: string) {
    super(409, "StorageAccountAlreadyTaken", accountTaken(name));
  }
}

export function accountTaken(name: string): string {
  return `The storage account named ${name} is already taken.`;
}

/** 400: a value that Storage does not take. */
export class InvalidValuesForRequestParameters extends AzureError {
  constructor(name: string, value: string) {
    super(
      400,
      "InvalidValuesForRequestParameters",
      `Values for request parameters are invalid: ${name} ('${value}').`,
      {
        target: name,
      },
    );
  }
}

/** 409: fixed when the account is made. */
export class AccountPropertyCannotBeUpdated extends AzureError {
  constructor(property: string) {
    super(
      409,
      "AccountPropertyCannotBeUpdated",
      `The property '${property}' was specified in the input, but it cannot be updated.`,
    );
  }
}

/** 409: another operation on the account has not ended (azure-arm.md 6; wording modelled). */
export class StorageAccountOperationInProgress extends AzureError {
  constructor(name: string) {
    super(
      409,
      "StorageAccountOperationInProgress",
      `An operation is currently performing on the storage account ${name} that requires exclusive access.`,
    );
  }
}

/** 400: not 3 to 63 lower-case letters, digits and single hyphens; the spelling is Azure's. */
export class InvalidContainerName extends AzureError {
  constructor(name: string) {
    super(400, "InvalidResourceName", `The specifed resource name '${name}' contains invalid characters.`);
  }
}

/** 409: the account forbids public containers (learn: anonymous-read-access-prevent). */
export class PublicAccessNotPermitted extends AzureError {
  constructor() {
    super(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
  }
}

/** 404 (modelled). */
export class ContainerNotFound extends AzureError {
  constructor() {
    super(404, "ContainerNotFound", "The specified container does not exist.");
  }
}

/** 404 (modelled). */
export class ManagementPolicyNotFound extends AzureError {
  constructor(account: string) {
    super(404, "ManagementPolicyNotFound", `No ManagementPolicy found for account ${account}`);
  }
}
