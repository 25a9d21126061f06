import { AzureFailure } from "../../azure/azure-failure";
import { diskReference } from "../../azure/disk-reference";
import { type AccessOptions, withReadAccess } from "../../azure/read-access";
import type { SignedIn } from "../../azure/sign-in";
import { CachedSource, openUrl, type Triage, triage } from "../../disk";
import { selectItems } from "../../extraction/items/select-items";
import { type CopiedBlob, copyToContainer, IfThere } from "../../extraction/to-container/copy-to-container";
import { Destination } from "../../extraction/to-container/destination";
import { whenAllowed } from "../../extraction/to-container/when-allowed";

/** A triage is a matter of seconds. */
const TRIAGE_SECONDS = 300;

/** A dump of 200 GB at the 60 MiB/s that a page blob is good for. */
const EXTRACTION_SECONDS = 3600;

const PROGRESS_PAUSE_MILLISECONDS = 5000;

/** Where what is read is told, while it is read. */
export interface Listener {
  readonly info: (text: string) => void;
  /** Of passing interest: the next one takes its place. */
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** Where a dump goes. */
export interface ExtractionTarget {
  readonly containerUrl: string;
  /** Beginning of the blob's name, without a slash at its end. */
  readonly blobPrefix: string;
  /** Whether the right to write there was given a moment ago, and may not be known there yet. */
  readonly isRightNew: boolean;
  /** Written on the blob. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A dump that is in a container. */
export interface ExtractedDump extends CopiedBlob {
  /** Bytes. */
  readonly size: number;
}

/**
 * Reads from outside what is on a snapshot: Windows, its dumps, or why there are none.
 *
 * @throws AzureFailure when there is no access, DiskError when the bytes cannot be had
 */
export async function triageSnapshot(snapshotId: string, login: SignedIn, listener: Listener): Promise<Triage> {
  return withSnapshot(snapshotId, TRIAGE_SECONDS, login, listener, async (url, signal) => {
    const bytes = await openUrl(url, { signal });
    try {
      return await triage(new CachedSource(bytes), { kind: "snapshot", onProblem: listener.info });
    } finally {
      await bytes.close?.();
    }
  });
}

/**
 * Copies the best dump of a snapshot into a container, from store to store where the service does it. One that is there
 * already, from this snapshot, stays.
 *
 * @throws AzureFailure when there is no access or no right to write, ExtractionError, DiskError
 */
export async function extractDump(
  snapshotId: string,
  target: ExtractionTarget,
  login: SignedIn,
  listener: Listener,
): Promise<ExtractedDump> {
  const container = `${target.containerUrl}/${target.blobPrefix}`;
  if (target.isRightNew) {
    await whenAllowed(new Destination(container, "MEMORY.DMP", login.credential), () =>
      listener.progress("waiting until the role on the dump store is known there, which may take ten minutes"),
    );
  }
  return withSnapshot(snapshotId, EXTRACTION_SECONDS, login, listener, async (url, signal) => {
    const bytes = await openUrl(url, { signal });
    try {
      const [item] = await selectItems(new CachedSource(bytes), bytes, { dump: true, paths: [] }, listener.info);
      if (!item) throw new Error("A selection of the dump gives one item.");
      const { size } = item.content;
      const copied = await copyToContainer({
        item,
        destination: new Destination(container, item.name, login.credential),
        source: url,
        ifThere: IfThere.Keep,
        hash: false,
        metadata: target.metadata,
        signal,
        onNote: listener.info,
        onProgress: everyNow((done) => listener.progress(`${item.name}: ${percent(done, size)} %`)),
      });
      return { ...copied, size };
    } finally {
      await bytes.close?.();
    }
  });
}

async function withSnapshot<Result>(
  snapshotId: string,
  seconds: number,
  login: SignedIn,
  listener: Listener,
  work: (url: string, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const snapshot = diskReference(snapshotId);
  if (snapshot?.kind !== "snapshot") {
    throw new AzureFailure(`snapshotId must be the resource id of a snapshot, got "${snapshotId}".`);
  }
  // The snapshot is the stack's own, and nobody else reads it.
  const options: AccessOptions = { ...login, seconds, isOwn: true, onNote: listener.warn };
  return withReadAccess(snapshot, options, work);
}

function everyNow(tell: (done: number) => void): (done: number) => void {
  let told = Date.now();
  return (done) => {
    if (Date.now() - told < PROGRESS_PAUSE_MILLISECONDS) return;
    told = Date.now();
    tell(done);
  };
}

function percent(done: number, size: number): number {
  return size === 0 ? 100 : Math.floor((done / size) * 100);
}
