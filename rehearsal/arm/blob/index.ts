import { randomBytes } from "node:crypto";
import { Agent } from "node:https";
import type { BlobServiceClient, PublicAccessType } from "@azure/storage-blob";
import type { Authority } from "./access";
import { Azurite, type AccountKeys } from "./azurite";
import { DiskBlobs } from "./disk-blobs";
import { Faults } from "./faults";
import { Gateway, type BlobAuditRecord } from "./gateway";
import { internalClient, signedClient, type InternalAccess } from "./internal-client";

export type { AccountAccess, Authority, TokenClaims } from "./access";
export type { Right } from "./blob-request";
export type { AccountKeys } from "./azurite";
export type { DiskBlob, DiskBlobs } from "./disk-blobs";
export { Faults, INTERNAL_ERROR, PERMISSION_MISMATCH, SERVER_BUSY, type FaultKind, type FaultRule } from "./faults";
export type { BlobAuditRecord } from "./gateway";

export interface BlobPlaneOptions {
  /** PEM texts of a certificate for `localhost` and `127.0.0.1`, its key, and the authority that signed it. */
  readonly certificate: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly authority: Authority;
  readonly record: (line: BlobAuditRecord) => void;
  /** Told of containers that clients create or remove on the data plane. */
  readonly onContainer: (accountId: string, container: string, exists: boolean) => void;
}

/**
 * The blob data plane of the simulated Azure: Azurite behind our HTTPS gateway, addresses
 * `https://localhost:PORT/<account>/<container>/<blob>`.
 */
export interface BlobPlane {
  /** `https://localhost:PORT`, without a slash at the end. */
  readonly endpoint: string;
  readonly disks: DiskBlobs;
  readonly faults: Faults;
  /** Adds a storage account, or returns the keys of one that is there. */
  addAccount(name: string): AccountKeys;
  /** Removes an account with all its containers. */
  removeAccount(name: string): Promise<void>;
  keys(name: string): AccountKeys | undefined;
  regenerateKey(name: string, key: "key1" | "key2"): AccountKeys;
  /** Creates a container; one that is there stays as it is. Returns whether it was created. */
  createContainer(account: string, container: string, access?: PublicAccessType): Promise<boolean>;
  /** Removes a container with its blobs. Returns whether there was one. */
  removeContainer(account: string, container: string): Promise<boolean>;
  /** Client of an account with full rights, for the simulator's own use and for checks. */
  client(account: string): BlobServiceClient;
  /** Requests of outsiders answered so far. */
  requests(): number;
  stop(): Promise<void>;
}

/** Account in which the disks live, named as the accounts behind real managed disks are (azure-arm.md 4.1). */
const DISK_ACCOUNT = "md-rehearsal";

/** Starts the blob plane on a free port. */
export async function startBlobPlane(options: BlobPlaneOptions): Promise<BlobPlane> {
  const azurite = new Azurite();
  await azurite.start();
  const faults = new Faults();
  const secret = randomBytes(32).toString("base64url");
  const agent = new Agent({ ca: options.certificate.ca, keepAlive: true });
  const gateway: Gateway = new Gateway({
    ...options,
    azurite,
    faults,
    internalAccount: DISK_ACCOUNT,
    internalSecret: secret,
    internal: {
      agent,
      client: (account, container, signature) =>
        signature === null
          ? client(account).getContainerClient(container)
          : signedClient(access, account, container, signature),
    },
  });
  const port = await gateway.start();
  const endpoint = `https://localhost:${port}`;
  const access: InternalAccess = { endpoint, agent, secret };
  const diskKey = azurite.addAccount(DISK_ACCOUNT).key1;
  const disks = new DiskBlobs(azurite, internalClient(access, DISK_ACCOUNT, diskKey), DISK_ACCOUNT, diskKey);
  const client = (account: string): BlobServiceClient => internalClient(access, account, keysOf(azurite, account).key1);
  return {
    endpoint,
    disks,
    faults,
    client,
    addAccount: (name) => azurite.addAccount(name),
    keys: (name) => azurite.keys(name),
    regenerateKey: (name, key) => azurite.regenerateKey(name, key),
    requests: () => gateway.requests(),
    async removeAccount(name) {
      for await (const container of client(name).listContainers()) {
        await client(name).deleteContainer(container.name);
      }
      azurite.removeAccount(name);
    },
    async createContainer(account, container, publicAccess) {
      const target = client(account).getContainerClient(container);
      return (await target.createIfNotExists(publicAccess === undefined ? {} : { access: publicAccess })).succeeded;
    },
    async removeContainer(account, container) {
      return (await client(account).getContainerClient(container).deleteIfExists()).succeeded;
    },
    async stop() {
      agent.destroy();
      await gateway.stop();
      await disks.stop();
      await azurite.stop();
    },
  };
}

function keysOf(azurite: Azurite, account: string): AccountKeys {
  const keys = azurite.keys(account);
  if (!keys) {
    throw new Error(`The blob plane has no account '${account}'.`);
  }
  return keys;
}
