import { AzureFailure } from "../../azure/azure-failure";
import { ExtractionError, InterruptedError } from "../errors";
import { hashOf } from "../hash-of";
import { byClient } from "./by-client";
import { byPageBlob } from "./by-page-blob";
import { byService, planForService } from "./by-service";
import { CopyRefusedError, type ThereBlob } from "./destination";
import type { CopyJob, CopyWay, Rung, StagedBlocks } from "./rung";

/** What to do with a blob of the same name. */
export const IfThere = {
  Refuse: "refuse",
  Replace: "replace",
  /** Leaves it when it is of the same file, as its metadata and its size tell, and else refuses. */
  Keep: "keep",
} as const;

export type IfThere = (typeof IfThere)[keyof typeof IfThere];

/** How to copy into a container. */
export interface ContainerCopy extends Omit<CopyJob, "onBytes"> {
  /** Address that the service can read the source by, with its signature; null for a file. */
  readonly source: string | null;
  readonly ifThere: IfThere;
  /** True to read the file here as well, for its SHA-256. */
  readonly hash: boolean;
  /** Written on the blob, besides the kit's own: names in lower case without hyphens, values in ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Told how far it is when a way is begun (0), and at each block: bytes in the service. */
  readonly onProgress: (bytes: number) => void;
}

/** A blob that is there now. */
export interface CopiedBlob {
  /** Its address, without any signature. */
  readonly url: string;
  /** In hexadecimal; null when no byte of it came through this machine. */
  readonly sha256: string | null;
  /** Null when it was there before. */
  readonly way: CopyWay | null;
}

/**
 * Puts a file of the disk together in a blob container: by the service straight from the source, else by the service by
 * way of a page blob, else through this machine. Each refusal is told. Until the last request there is no blob; a copy
 * that was interrupted goes on where it was.
 *
 * Source of the order: "Put Block From URL" takes any source that a GET reads, "Put Page From URL" from a disk's
 * signature is Microsoft's own sample (managed-disks-dotnet-backup-with-incremental-snapshots).
 *
 * @throws AzureFailure when the container refuses, ExtractionError when another blob is there, DiskError
 */
export async function copyToContainer(copy: ContainerCopy): Promise<CopiedBlob> {
  const there = await alreadyThere(copy);
  if (there) return there;
  let done = 0;
  const job: CopyJob = { ...copy, onBytes: (bytes) => copy.onProgress((done += bytes)) };
  const tell = (text: string): void => copy.onNote(`${copy.item.name}: ${text}`);
  const climb = async (rung: Rung): Promise<CopiedBlob> => {
    tell(rung.does);
    done = 0;
    copy.onProgress(0);
    const { ids, sha256 } = await hashed(copy, await rung.stage());
    await commit(copy, { ids, sha256 }, rung.way);
    return { url: copy.destination.shown, sha256, way: rung.way };
  };

  const plan = planForService(copy.item, copy.source);
  if (typeof plan === "string") tell(`no service can copy it: ${plan}`);
  for (const rung of typeof plan === "string" ? [] : [byService(job, plan), byPageBlob(job, plan)]) {
    try {
      return await climb(rung);
    } catch (error) {
      if (!(error instanceof CopyRefusedError)) throw error;
      tell(`the service refuses that (${error.message})`);
    }
  }
  return climb(byClient(job));
}

async function hashed({ hash, item, signal }: ContainerCopy, { ids, sha256 }: StagedBlocks): Promise<StagedBlocks> {
  return { ids, sha256: sha256 ?? (hash ? await hashOf(item.content, signal, () => undefined) : null) };
}

/** @throws ExtractionError when another blob is in the way */
async function alreadyThere(copy: ContainerCopy): Promise<CopiedBlob | null> {
  const { destination, ifThere } = copy;
  if (ifThere === IfThere.Replace) return null;
  const there = await destination.properties();
  if (!there) return null;
  if (ifThere === IfThere.Keep && isSame(copy, there)) {
    return { url: destination.shown, sha256: there.metadata.sha256 ?? null, way: null };
  }
  throw new ExtractionError(
    `${destination.shown} is there already. Name another folder of the container, or give --overwrite.`,
  );
}

/** A repair VM that collected the same dump writes the same metadata, but not how the file lies on the disk. */
function isSame({ item, metadata = {} }: ContainerCopy, there: ThereBlob): boolean {
  if (there.metadata.identity !== undefined) return there.metadata.identity === item.identity;
  const facts = Object.entries(metadata);
  return (
    facts.length > 0 &&
    there.size === item.content.size &&
    facts.every(([name, value]) => there.metadata[name] === value)
  );
}

async function commit(copy: ContainerCopy, { ids, sha256 }: StagedBlocks, way: CopyWay): Promise<void> {
  const { destination, item, signal } = copy;
  if (signal.aborted) throw new InterruptedError();
  const metadata = {
    ...copy.metadata,
    ...(sha256 !== null && { sha256 }),
    ...(item.bugCheck !== null && { bugcheck: item.bugCheck }),
    path: encodeURI(item.path),
    identity: item.identity,
    copiedby: way,
  };
  const request = (): Promise<unknown> =>
    destination.blob.commitBlockList(ids, {
      metadata,
      blobHTTPHeaders: { blobContentType: "application/octet-stream" },
      ...(copy.ifThere !== IfThere.Replace && { conditions: { ifNoneMatch: "*" } }),
    });
  try {
    await destination.ask(request);
  } catch (error) {
    if (!(error instanceof AzureFailure) || error.code !== "BlobAlreadyExists") throw error;
    // The client repeats a request whose answer was lost, and then it is this blob that is in the way.
    const there = await destination.properties();
    if (there?.metadata.identity !== item.identity) throw error;
  }
}
