import { randomBytes } from "node:crypto";
import type { Azure } from "../azure";
import { BLOB_PLANE } from "../blob/service";
import { objectAt, textAt, type JsonObject } from "../json";
import { childId, parseResourceId, type ResourceId } from "../resource-id";
import type { PatchRequest, PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { STORAGE_API_VERSIONS } from "./api-versions";
import { ContainerNotFound, InvalidContainerName, PublicAccessNotPermitted } from "./errors";

const ADDRESS = "address";

/** Microsoft.Storage/storageAccounts/blobServices/containers (azure-arm.md 1, 5): a container of the blob plane as well. */
export const BLOB_CONTAINER: ResourceType = {
  type: "Microsoft.Storage/storageAccounts/blobServices/containers",
  apiVersions: STORAGE_API_VERSIONS,
  tracked: false,
  showsProvisioningState: false,
  // learn: naming-and-referencing-containers--blobs--and-metadata
  checkName: (name) =>
    /^(\$root|\$web|\$logs|[a-z0-9](-?[a-z0-9]){2,62})$/.test(name) && name.length <= 63
      ? undefined
      : new InvalidContainerName(name),
  shape: shapeOf("storage", "BlobContainer"),
  notFound: () => new ContainerNotFound(),
  put: write,
  patch: write,
  delete: ({ azure }) => ({
    async work({ id }) {
      await azure.service(BLOB_PLANE).removeContainer(accountOf(id).name, id.name);
    },
  }),
  // A parameter of a run command names the container by its address.
  aliases({ hidden }) {
    const address = hidden.get(ADDRESS);
    return typeof address === "string" ? [address] : [];
  },
};

/** Makes a container that was created or removed on the data plane one here as well. */
export function followDataPlane(azure: Azure, accountId: string, container: string, exists: boolean): void {
  const account = parseResourceId(accountId);
  if (account === null) {
    return;
  }
  const id = childId(childId(account, "blobServices", "default"), "containers", container);
  if (!exists) {
    azure.store.remove(id);
  } else if (azure.store.get(id) === undefined) {
    azure.insert(id, shownBody({}));
  }
}

function write({ azure, id, body, existing }: PutRequest | PatchRequest): WritePlan {
  const account = azure.store.get(accountOf(id));
  const access = textAt(body, "properties", "publicAccess");
  if (
    access !== undefined &&
    access !== "None" &&
    objectAt(account?.body, "properties").allowBlobPublicAccess !== true
  ) {
    throw new PublicAccessNotPermitted();
  }
  return {
    body: shownBody({ ...objectAt(existing?.body, "properties"), ...objectAt(body, "properties") }),
    onAccepted({ hidden }) {
      hidden.set(ADDRESS, `${azure.service(BLOB_PLANE).endpoint}/${accountOf(id).name}/${id.name}`);
    },
    async work() {
      const level = access === "Container" ? "container" : access === "Blob" ? "blob" : undefined;
      await azure.service(BLOB_PLANE).createContainer(accountOf(id).name, id.name, level);
    },
  };
}

function shownBody(properties: JsonObject): JsonObject {
  return {
    etag: `"0x8D${randomBytes(7).toString("hex").toUpperCase().slice(0, 13)}"`,
    properties: {
      publicAccess: "None",
      defaultEncryptionScope: "$account-encryption-key",
      denyEncryptionScopeOverride: false,
      ...properties,
      leaseStatus: "Unlocked",
      leaseState: "Available",
      lastModifiedTime: new Date().toISOString(),
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
      deleted: false,
      remainingRetentionDays: 0,
    },
  };
}

/** A container lies in the blob service, which lies in the account. */
function accountOf(id: ResourceId): ResourceId {
  const account = id.parent?.parent;
  if (account === undefined || account === null) {
    throw new Error(`internal error: ${id.text} lies in no storage account`);
  }
  return account;
}
