import { ComputeManagementClient, type Disk, type Snapshot } from "@azure/arm-compute";
import type { TokenCredential } from "@azure/identity";
import { AzureFailure, azureFailure } from "./azure-failure";
import { beforeSignalEnds } from "./before-signal";
import { isLent, refuseUnreadable } from "./disk-state";

/** A disk or snapshot in Azure. */
export interface DiskReference {
  readonly kind: "snapshot" | "disk";
  /** Resource id. */
  readonly id: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** For whom a disk is read, and for how long. */
export interface AccessOptions {
  readonly credential: TokenCredential;
  /** Address of Azure Resource Manager. */
  readonly armEndpoint: string;
  /** How long the signature lives if it cannot be given back. */
  readonly seconds: number;
  /**
   * True when nobody but the caller has a reason to read it: an access that is live already was then left by a run that
   * was killed, and is given back with this one.
   */
  readonly isOwn: boolean;
  /** Told what the user should know. */
  readonly onNote: (note: string) => void;
}

/** Azure does these in a fraction of a second. */
const polling = { updateIntervalInMs: 500 };

/**
 * Permission to read a snapshot or an unattached disk by an address with a shared access signature, from its beginning
 * to its end. Who begins one ends it, whatever happens between: until then Azure deletes neither snapshot nor disk, and
 * starts no VM from the disk.
 */
export class ReadAccess {
  private beginning: Promise<string> | null = null;
  private ending: Promise<void> | null = null;
  private isRefused = false;

  private constructor(
    private readonly client: ComputeManagementClient,
    private readonly disk: DiskReference,
    private readonly options: AccessOptions,
    private readonly isShared: boolean,
  ) {}

  /**
   * Looks whether a disk can be read so; asks for nothing yet.
   *
   * @throws AzureFailure when it cannot, or is attached to a VM
   */
  static async prepare(disk: DiskReference, options: AccessOptions): Promise<ReadAccess> {
    const { credential, armEndpoint, isOwn, onNote } = options;
    const client = new ComputeManagementClient(credential, disk.subscription, { endpoint: armEndpoint });
    const state = await stateOf(client, disk);
    refuseUnreadable(state, disk);
    const isShared = isLent(state) && !isOwn;
    if (isShared) {
      const { kind, name, id } = disk;
      onNote(
        `someone reads the ${kind} ${name} already; their read access is used and not ended. ` +
          `If nobody does, it is left from a run that was killed: az ${kind} revoke-access --ids ${id}`,
      );
    }
    return new ReadAccess(client, disk, options, isShared);
  }

  /**
   * Asks for the signature. Interrupting this would leave one that nobody ends: an interruption waits until it is there.
   *
   * @returns the address with the signature: a secret
   * @throws AzureFailure when Azure refuses
   */
  begin(): Promise<string> {
    this.beginning ??= this.grant();
    return this.beginning;
  }

  /**
   * Gives the signature back, if one was asked for and not refused, and is not another's.
   *
   * @throws AzureFailure that says how to do it by hand
   */
  end(): Promise<void> {
    if (!this.beginning || this.isShared) return Promise.resolve();
    this.ending ??= this.revoke(this.beginning);
    return this.ending;
  }

  private async grant(): Promise<string> {
    const { resourceGroup, name, kind } = this.disk;
    const wanted = { access: "Read", durationInSeconds: this.options.seconds } as const;
    try {
      const { accessSAS } =
        kind === "snapshot"
          ? await this.client.snapshots.beginGrantAccessAndWait(resourceGroup, name, wanted, polling)
          : await this.client.disks.beginGrantAccessAndWait(resourceGroup, name, wanted, polling);
      if (accessSAS) return accessSAS;
    } catch (error) {
      this.isRefused = isRefusal(error);
      throw azureFailure(`Azure gives no read access to the ${kind} ${name}`, error, {
        403: `The right Microsoft.Compute/${kind}s/beginGetAccess/action is needed.`,
        409: "See its networkAccessPolicy (AllowAll is needed to read it from here) and whether anything uses it.",
      });
    }
    throw new AzureFailure(`Azure gave no address to read the ${kind} ${name} by.`);
  }

  private async revoke(beginning: Promise<unknown>): Promise<void> {
    await beginning.catch(() => undefined);
    // What is live there now, if anything, is another's.
    if (this.isRefused) return;
    const { resourceGroup, name, kind, id } = this.disk;
    try {
      if (kind === "snapshot") await this.client.snapshots.beginRevokeAccessAndWait(resourceGroup, name, polling);
      else await this.client.disks.beginRevokeAccessAndWait(resourceGroup, name, polling);
    } catch (error) {
      const { message } = azureFailure(`The read access to the ${kind} ${name} could not be ended`, error);
      throw new AzureFailure(
        `${message} It ends by itself within ${this.options.seconds / 60} minutes; until then nobody can delete the ${kind}. ` +
          `To end it now: az ${kind} revoke-access --ids ${id}`,
        { cause: error },
      );
    }
  }
}

/**
 * Does work with a disk that can be read by an address, and gives the access back whatever happens: after an error, and
 * when a signal ends the process. That it could not be given back is told, and is no error.
 *
 * @param work gets the address with its signature, a secret, and what tells it to stop
 * @throws AzureFailure when there is no access, and what the work throws
 */
export async function withReadAccess<Result>(
  disk: DiskReference,
  options: AccessOptions,
  work: (url: string, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const access = await ReadAccess.prepare(disk, options);
  const interruption = new AbortController();
  const giveBack = async (): Promise<void> => {
    try {
      await access.end();
    } catch (error) {
      options.onNote((error as Error).message);
    }
  };
  const release = beforeSignalEnds(() => {
    interruption.abort();
    return giveBack();
  });
  try {
    return await work(await access.begin(), interruption.signal);
  } finally {
    await giveBack();
    release();
  }
}

async function stateOf(client: ComputeManagementClient, disk: DiskReference): Promise<Snapshot | Disk> {
  const { resourceGroup, name, kind, id } = disk;
  try {
    return kind === "snapshot"
      ? await client.snapshots.get(resourceGroup, name)
      : await client.disks.get(resourceGroup, name);
  } catch (error) {
    throw azureFailure(`The ${kind} ${id} cannot be looked at`, error, {
      403: `The right Microsoft.Compute/${kind}s/read is needed.`,
      404: "Is the id whole, and are you signed in to its tenant?",
    });
  }
}

/** Whether Azure refused the request itself. Where only asking how far it is failed, the access may be there. */
function isRefusal(error: unknown): boolean {
  const { statusCode = 0, request } = error as { statusCode?: number; request?: { readonly method: string } };
  return statusCode >= 400 && statusCode < 500 && request?.method === "POST";
}
