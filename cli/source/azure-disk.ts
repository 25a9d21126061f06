import { ReadAccess, type DiskReference } from "../../azure/read-access";
import { openUrl } from "../../disk";
import { signIn } from "../azure/sign-in";
import { InterruptedError } from "../errors";
import type { Session } from "../session";
import type { OpenedSource } from "./open-source";

/** How long a signature lives if it cannot be given back. */
const accessSeconds = 3600;

/**
 * Opens a snapshot or an unattached disk by a shared access signature for reading, which `close` gives back.
 *
 * @throws AzureFailure when Azure refuses, or the disk is attached
 */
export async function openAzureDisk(disk: DiskReference, session: Session): Promise<OpenedSource> {
  const { console, signal } = session;
  const access = await ReadAccess.prepare(disk, {
    ...(await signIn(session.environment)),
    seconds: accessSeconds,
    isOwn: false,
    onNote: (note) => console.say(`note: ${note}`),
  });
  try {
    const url = await access.begin();
    console.secrets.add(url);
    if (signal.aborted) throw new InterruptedError();
    const bytes = await openUrl(url, { signal });
    const close = async (): Promise<void> => {
      await bytes.close?.();
      await giveBack(access, session);
    };
    return { kind: disk.kind, name: disk.id, bytes, url, close };
  } catch (error) {
    await giveBack(access, session);
    throw error;
  }
}

/** When that fails, the command fails, and what it did beside that counts all the same. */
async function giveBack(access: ReadAccess, { console }: Session): Promise<void> {
  try {
    await access.end();
  } catch (error) {
    console.say((error as Error).message);
    process.exitCode = 1;
  }
}
