import * as storage from "@pulumi/azure-native/storage";
import type * as pulumi from "@pulumi/pulumi";

import { readFailure } from "./read-failure";
import { parseIdOfType } from "../../preflight/resource-id";
import { inputError } from "./validate";

const CONTAINER_TYPE = "Microsoft.Storage/storageAccounts/blobServices/containers";

/** What is wrong with the id of a blob container, or undefined. */
export function containerIdProblem(argument: string, id: string): string | undefined {
  return parseIdOfType(id, CONTAINER_TYPE)
    ? undefined
    : `${argument} must be the resource id of a blob container ` +
        `(…/storageAccounts/ACCOUNT/blobServices/default/containers/CONTAINER), got "${id}"; ` +
        "read the account's part with: az storage account show --query id";
}

/** The URL of an existing blob container; refuses one that is not there. */
export async function readContainerUrl(argument: string, id: string, resource: pulumi.Resource): Promise<string> {
  const parsed = parseIdOfType(id, CONTAINER_TYPE);
  const [accountName, , containerName] = parsed?.names ?? [];
  if (parsed === undefined || accountName === undefined || containerName === undefined) {
    throw inputError(containerIdProblem(argument, id) ?? id, resource);
  }
  const { resourceGroupName } = parsed;
  const [account] = await Promise.all([
    storage.getStorageAccount({ resourceGroupName, accountName }, { parent: resource }),
    storage.getBlobContainer({ resourceGroupName, accountName, containerName }, { parent: resource }),
  ]).catch((error: unknown) => {
    throw readFailure(
      error,
      `${argument} must name an existing blob container, got "${id}"`,
      `az storage container-rm list --storage-account ${accountName}`,
      resource,
    );
  });
  return `${account.primaryEndpoints.blob}${containerName}`;
}
