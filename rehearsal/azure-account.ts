import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import tls from "node:tls";

import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import { BlobClient } from "@azure/storage-blob";

import type { Simulator } from "./arm";

/** Built-in role Storage Blob Data Reader, the same id in every tenant (Microsoft's list of built-in roles). */
const STORAGE_BLOB_DATA_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";

/** Azure as the person at the keyboard sees it: through the official clients, signed in, not through the kit. */
export interface AzureAccount {
  /** Ids of all resource groups and resources of the subscription. */
  inventory(): Promise<string[]>;
  /** Lets this person read the blobs of a storage account, as the README tells users to do. */
  readBlobsOf(storageAccountId: string): Promise<void>;
  /** SHA-256 and length of a blob, downloaded whole. */
  hashBlob(url: string): Promise<{ sha256: string; size: number }>;
}

/** Signs in to a simulated Azure. */
export async function signIn(simulator: Simulator): Promise<AzureAccount> {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(simulator.caFile, "utf8")]);
  const credential = new ClientSecretCredential(simulator.tenantId, simulator.clientId, simulator.clientSecret, {
    authorityHost: simulator.armEndpoint,
    disableInstanceDiscovery: true,
  });
  const endpoint = { endpoint: simulator.armEndpoint };
  const resources = new ResourceManagementClient(credential, simulator.subscriptionId, endpoint);
  const authorization = new AuthorizationManagementClient(credential, simulator.subscriptionId, endpoint);

  return {
    async inventory() {
      const ids: string[] = [];
      for await (const group of resources.resourceGroups.list()) {
        ids.push(group.id ?? "");
      }
      for await (const resource of resources.resources.list()) {
        ids.push(resource.id ?? "");
      }
      return ids;
    },
    async readBlobsOf(storageAccountId) {
      const { token } = await credential.getToken(`${simulator.armEndpoint}/.default`);
      await authorization.roleAssignments.create(storageAccountId, crypto.randomUUID(), {
        principalId: objectIdOf(token),
        principalType: "ServicePrincipal",
        roleDefinitionId: `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${STORAGE_BLOB_DATA_READER}`,
      });
    },
    async hashBlob(url) {
      const { readableStreamBody } = await new BlobClient(url, credential).download();
      if (readableStreamBody === undefined) {
        throw new Error(`internal error: the blob ${url} came without a body`);
      }
      const hash = createHash("sha256");
      let size = 0;
      for await (const piece of readableStreamBody as AsyncIterable<Buffer>) {
        hash.update(piece);
        size += piece.length;
      }
      return { sha256: hash.digest("hex"), size };
    },
  };
}

/** The claim `oid` of an access token: the object id of whom it was given to. */
function objectIdOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { oid: string };
  return claims.oid;
}
