import { createHash } from "node:crypto";
import { BlockBlobClient, RestError } from "@azure/storage-blob";
import { azureFailure } from "../azure/azure-failure";
import { signIn } from "../azure/sign-in";
import { CommandError, InterruptedError } from "../errors";
import { printable } from "../output/printable";
import { Progress } from "../output/progress";
import { sizeText } from "../output/quantities";
import type { Session } from "../session";
import type { OpenedSource } from "../source/open-source";
import { blockId, mostBlocks, planBlocks, type PlannedBlock } from "./block-plan";
import { hashOf } from "./hash-of";
import type { Item } from "./item";
import { inOrder } from "./pieces";

/** How to copy into a container. */
export interface ContainerCopy {
  readonly overwrite: boolean;
  /** True to read the file here as well, for its SHA-256. */
  readonly hash: boolean;
}

/** Requests under way at once: what a page blob's throughput target bears (Microsoft Learn, scalability targets). */
const copiesInFlight = 8;

/**
 * Puts a file of the disk together in a blob container. The service copies its clusters straight from the source, and no
 * byte of it comes through this machine; where it refuses, the bytes are streamed through, and that is said.
 *
 * Until the last request there is no blob. A copy that was interrupted goes on where it was.
 *
 * @throws CommandError when the container refuses, or the blob is there already
 */
export async function copyToContainer(
  item: Item,
  source: OpenedSource,
  container: string,
  how: ContainerCopy,
  session: Session,
): Promise<void> {
  const blob = await openBlob(item, container, session);
  const shown = shownUrl(blob.url);
  if (!how.overwrite && (await ask(shown, () => blob.exists()))) {
    throw new CommandError(`${shown} is there already. Name another folder of the container, or give --overwrite.`);
  }
  const copy = new BlobCopy(item, blob, shown, how, session);
  const copied = await copy.byService(source);
  const { sha256 } = copied ?? { sha256: await copy.byStream() };
  session.console.result(`${sha256 ?? "-".repeat(64)}  ${shown}`);
}

class BlobCopy {
  constructor(
    private readonly item: Item,
    private readonly blob: BlockBlobClient,
    private readonly shown: string,
    private readonly how: ContainerCopy,
    private readonly session: Session,
  ) {}

  /** Lets the service copy; null when it will not. There is a hash only when it was asked for. */
  async byService(source: OpenedSource): Promise<{ readonly sha256: string | null } | null> {
    const { console } = this.session;
    const plan = this.item.extents && planBlocks(this.item.extents, this.item.identity);
    const refusal =
      source.url === null
        ? "the source is no address that the service could read"
        : plan === null
          ? "the file is compressed, or in too many pieces"
          : await this.probe(source.url, plan);
    if (refusal !== null || source.url === null || plan === null) {
      console.say(
        `${this.item.name}: the service cannot copy it by itself: ${refusal ?? ""}. Streaming it through this machine.`,
      );
      return null;
    }
    console.say(
      `${printable(this.item.path)}: ${sizeText(this.item.content.size)} in ${plan.length} blocks, copied by the service from the source` +
        (this.how.hash ? ", and read here once for its hash" : "; no hash is computed (--hash reads it here once)"),
    );
    const { url } = source;
    const [sha256] = await Promise.all([this.how.hash ? this.hash() : null, this.stageAll(url, plan)]);
    await this.commit(
      plan.map((block) => block.id),
      sha256,
    );
    return { sha256 };
  }

  /** Streams the bytes through this machine; the hash comes along. */
  async byStream(): Promise<string> {
    const { content, identity } = this.item;
    const blockSize = Math.max(8, Math.ceil(content.size / mostBlocks / 1024 / 1024)) * 1024 * 1024;
    const count = Math.ceil(content.size / blockSize);
    const ids: string[] = [];
    const hash = createHash("sha256");
    const progress = new Progress(this.session.console, printable(this.item.name), content.size);
    const block = async (index: number): Promise<{ id: string; bytes: Uint8Array }> => {
      const offset = index * blockSize;
      const bytes = await content.read(offset, Math.min(blockSize, content.size - offset));
      const id = blockId(identity, offset, -bytes.length);
      await ask(this.shown, () => this.blob.stageBlock(id, bytes, bytes.length));
      return { id, bytes };
    };
    for await (const { id, bytes } of inOrder(count, 4, this.session.signal, block)) {
      hash.update(bytes);
      ids.push(id);
      progress.add(bytes.length);
    }
    const sha256 = hash.digest("hex");
    await this.commit(ids, sha256);
    return sha256;
  }

  /** Copies the first block; why the service will not, or null. */
  private async probe(url: string, plan: readonly PlannedBlock[]): Promise<string | null> {
    const first = plan.find((block) => block.at !== null);
    if (!first) return null;
    try {
      await this.stage(url, first);
      return null;
    } catch (error) {
      if (!(error instanceof RestError) || error.statusCode === undefined) throw this.failure(error);
      return `${error.statusCode} ${error.code ?? ""}`.trim();
    }
  }

  private async stageAll(url: string, plan: readonly PlannedBlock[]): Promise<void> {
    const staged = await this.staged();
    const byId = new Map(plan.map((block) => [block.id, block]));
    const missing = [...byId.values()].filter((block) => !staged.has(block.id));
    const progress = new Progress(this.session.console, printable(this.item.name), this.item.content.size);
    const times = new Map<string, number>();
    for (const { id } of plan) times.set(id, (times.get(id) ?? 0) + 1);
    for (const { id, length } of byId.values()) if (staged.has(id)) progress.add(length * (times.get(id) ?? 1));
    const stage = async (index: number): Promise<PlannedBlock | null> => {
      const block = missing[index];
      if (block) await this.stage(url, block).catch((error: unknown) => Promise.reject(this.failure(error)));
      return block ?? null;
    };
    for await (const block of inOrder(missing.length, copiesInFlight, this.session.signal, stage)) {
      if (block) progress.add(block.length * (times.get(block.id) ?? 1));
    }
  }

  private async stage(url: string, { id, at, length }: PlannedBlock): Promise<void> {
    if (at === null) await this.blob.stageBlock(id, Buffer.alloc(length), length);
    else await this.blob.stageBlockFromURL(id, url, at, length);
  }

  /** Ids of the blocks that an earlier copy left. */
  private async staged(): Promise<ReadonlySet<string>> {
    try {
      const { uncommittedBlocks = [] } = await this.blob.getBlockList("uncommitted");
      return new Set(uncommittedBlocks.map((block) => block.name));
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) return new Set();
      throw this.failure(error);
    }
  }

  private hash(): Promise<string> {
    return hashOf(this.item.content, this.session.signal, () => undefined);
  }

  private async commit(ids: string[], sha256: string | null): Promise<void> {
    if (this.session.signal.aborted) throw new InterruptedError();
    const metadata = {
      ...(sha256 !== null && { sha256 }),
      ...(this.item.bugCheck !== null && { bugcheck: this.item.bugCheck }),
      path: encodeURI(this.item.path),
    };
    await ask(this.shown, () =>
      this.blob.commitBlockList(ids, {
        metadata,
        blobHTTPHeaders: { blobContentType: "application/octet-stream" },
        ...(!this.how.overwrite && { conditions: { ifNoneMatch: "*" } }),
      }),
    );
  }

  private failure(error: unknown): CommandError {
    return destinationFailure(this.shown, error);
  }
}

async function openBlob(item: Item, container: string, session: Session): Promise<BlockBlobClient> {
  const url = new URL(container);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${item.name.split("/").map(encodeURIComponent).join("/")}`;
  if (url.searchParams.has("sig")) {
    session.console.secrets.add(container);
    return new BlockBlobClient(url.href);
  }
  const { credential } = await signIn(session.environment);
  return new BlockBlobClient(url.href, credential);
}

async function ask<Answer>(shown: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw error instanceof CommandError ? error : destinationFailure(shown, error);
  }
}

function destinationFailure(shown: string, error: unknown): CommandError {
  return azureFailure(`Cannot write ${shown}`, error, {
    401: "Are you signed in to the tenant of the storage account?",
    403:
      "You need the role Storage Blob Data Contributor on the container, and your address must be let through its firewall. " +
      "Or extract into a folder, and upload that: azcopy copy FOLDER CONTAINER_URL",
    404: "Make the container first.",
    409: "Somebody else wrote it meanwhile; give --overwrite to replace it.",
  });
}

function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
