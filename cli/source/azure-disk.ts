import { ComputeManagementClient, type Disk, type Snapshot } from "@azure/arm-compute";
import { openUrl } from "../../disk";
import { azureFailure } from "../azure/azure-failure";
import { signIn } from "../azure/sign-in";
import { CommandError, InterruptedError } from "../errors";
import type { Session } from "../session";
import type { OpenedSource } from "./open-source";
import type { AzureDisk } from "./source-name";

/** How long a signature lives if it cannot be given back. */
const accessSeconds = 3600;

/** Azure does these in a fraction of a second. */
const polling = { updateIntervalInMs: 500 };

/**
 * Opens a snapshot or an unattached disk by a shared access signature for reading, which `close` gives back.
 *
 * @throws CommandError when Azure refuses, or the disk is attached
 */
export async function openAzureDisk(disk: AzureDisk, session: Session): Promise<OpenedSource> {
  const { credential, armEndpoint } = await signIn(session.environment);
  const client = new ComputeManagementClient(credential, disk.subscription, { endpoint: armEndpoint });
  const isOurs = await checkReadable(client, disk, session);
  const access = new Access(client, disk, session, isOurs);
  try {
    const url = await access.begin();
    if (session.signal.aborted) throw new InterruptedError();
    const bytes = await openUrl(url, { signal: session.signal });
    return { kind: disk.kind, name: disk.id, bytes, url, close: () => access.end() };
  } catch (error) {
    await access.end();
    throw error;
  }
}

/** A signature on one disk, from its beginning to its end. */
class Access {
  private begun = false;

  constructor(
    private readonly client: ComputeManagementClient,
    private readonly disk: AzureDisk,
    private readonly session: Session,
    private readonly isOurs: boolean,
  ) {}

  /** Interrupting this would leave a signature that nobody ends: an interruption waits until it is there. */
  async begin(): Promise<string> {
    const { resourceGroup, name, kind } = this.disk;
    const wanted = { access: "Read", durationInSeconds: accessSeconds } as const;
    this.begun = true;
    try {
      const { accessSAS } =
        kind === "snapshot"
          ? await this.client.snapshots.beginGrantAccessAndWait(resourceGroup, name, wanted, polling)
          : await this.client.disks.beginGrantAccessAndWait(resourceGroup, name, wanted, polling);
      if (!accessSAS) throw new CommandError(`Azure gave no address to read the ${kind} ${name} by.`);
      this.session.console.secrets.add(accessSAS);
      return accessSAS;
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw azureFailure(`Azure gives no read access to the ${kind} ${name}`, error, {
        403: `The right Microsoft.Compute/${kind}s/beginGetAccess/action is needed.`,
        409: "See its networkAccessPolicy (AllowAll is needed to read it from here) and whether anything uses it.",
      });
    }
  }

  /** Gives the signature back; when that fails it says how to do it by hand, and the command fails. */
  async end(): Promise<void> {
    if (!this.begun || !this.isOurs) return;
    this.begun = false;
    const { resourceGroup, name, kind, id } = this.disk;
    try {
      if (kind === "snapshot") await this.client.snapshots.beginRevokeAccessAndWait(resourceGroup, name, polling);
      else await this.client.disks.beginRevokeAccessAndWait(resourceGroup, name, polling);
    } catch (error) {
      const { message } = azureFailure(`The read access to the ${kind} ${name} could not be ended`, error);
      this.session.console.say(
        `${message} It ends by itself within ${accessSeconds / 60} minutes; until then nobody can delete the ${kind}. ` +
          `To end it now: az ${kind} revoke-access --ids ${id}`,
      );
      process.exitCode = 1;
    }
  }
}

/**
 * Checks that a signature can be had, and tells whether it will be ours alone.
 *
 * @throws CommandError
 */
async function checkReadable(client: ComputeManagementClient, disk: AzureDisk, session: Session): Promise<boolean> {
  const { resourceGroup, name, kind, id } = disk;
  let state: Snapshot | Disk;
  try {
    state =
      kind === "snapshot"
        ? await client.snapshots.get(resourceGroup, name)
        : await client.disks.get(resourceGroup, name);
  } catch (error) {
    throw azureFailure(`The ${kind} ${id} cannot be looked at`, error, {
      403: `The right Microsoft.Compute/${kind}s/read is needed.`,
      404: "Is the id whole, and are you signed in to its tenant?",
    });
  }
  refuseAttached(state, disk);
  if (state.creationData?.logicalSectorSize === 4096) {
    throw new CommandError(
      `The ${kind} ${name} has sectors of 4,096 bytes; Azure keeps it as VHDX, which is not read. Use the repair VM.`,
    );
  }
  if (state.dataAccessAuthMode === "AzureActiveDirectory") {
    throw new CommandError(
      `The ${kind} ${name} is read with a signature and an Entra token (dataAccessAuthMode), which is not supported. Use the repair VM.`,
    );
  }
  if (state.diskState !== "ActiveSAS") return true;
  session.console.say(
    `note: someone reads the ${kind} ${name} already; their read access is used and not ended. ` +
      `If nobody does, it is left from a run that was killed: az ${kind} revoke-access --ids ${id}`,
  );
  return false;
}

function refuseAttached(state: Snapshot | Disk, { kind, id, resourceGroup, name }: AzureDisk): void {
  if (kind === "snapshot" || !state.managedBy) return;
  const vm = state.managedBy.split("/").at(-1) ?? "";
  throw new CommandError(
    `The disk ${name} is attached to ${vm}: reading it would keep that VM from starting. Make a snapshot and name that: ` +
      `az snapshot create --resource-group ${resourceGroup} --name ${name}-inspect --source ${id} --incremental false --query id --output tsv`,
  );
}
