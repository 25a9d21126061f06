import { randomBytes } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { totalmem } from "node:os";
import BlobRequestListenerFactory from "azurite/dist/src/blob/BlobRequestListenerFactory";
import BlobGCManager from "azurite/dist/src/blob/gc/BlobGCManager";
import StorageError from "azurite/dist/src/blob/errors/StorageError";
import LokiBlobMetadataStore from "azurite/dist/src/blob/persistence/LokiBlobMetadataStore";
import logger from "azurite/dist/src/common/Logger";
import LokiExtentMetadataStore from "azurite/dist/src/common/persistence/LokiExtentMetadataStore";
import { MemoryExtentChunkStore } from "azurite/dist/src/common/persistence/MemoryExtentStore";
import { BackedExtentStore } from "./backed-extent-store";

/** Azurite takes numbers of its enumeration OAuthLevel; BASIC is 0. */
const OAUTH_BASIC = 0;

/** Keys of one storage account, base64. */
export interface AccountKeys {
  readonly key1: string;
  readonly key2: string;
}

/** Where a page blob is. */
export interface PageBlobName {
  readonly account: string;
  readonly container: string;
  readonly name: string;
}

/** A range of a page blob whose bytes are those of a file at the same offset. */
export interface BackedRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Azurite's blob service inside this process: its request listener and its stores, without a port of its own, in memory.
 *
 * Only what Azurite's own `BlobServer` is made of is used; the version is pinned because none of it is documented.
 */
export class Azurite {
  private readonly extentMetadata = new LokiExtentMetadataStore("extents", true);
  private readonly metadata = new LokiBlobMetadataStore("blobs", true);
  private readonly extents = new BackedExtentStore(
    "blob",
    new MemoryExtentChunkStore(Math.trunc(totalmem() * 0.5)),
    this.extentMetadata,
    logger,
    (status, code, message, requestId) => new StorageError(status, code, message, requestId),
  );
  /** Frees the memory of what was deleted or overwritten, ten minutes later. */
  private readonly garbage = new BlobGCManager(
    this.metadata,
    this.extentMetadata,
    this.extents,
    (error) => process.emitWarning(error),
    logger,
  );
  private readonly accounts = new Map<string, AccountKeys>();

  /** Answers a request with a bearer token; account, container and blob are taken from the path. */
  readonly answerBearer: RequestListener = this.createListener(OAUTH_BASIC);
  /** Answers any other request: with tokens switched on, Azurite takes a wrong signature for a malformed token. */
  readonly answer: RequestListener = this.createListener(undefined);

  async start(): Promise<void> {
    await this.metadata.init();
    await this.extentMetadata.init();
    await this.extents.init();
    await this.garbage.start();
  }

  async stop(): Promise<void> {
    await this.garbage.close();
    await this.extents.close();
    await this.metadata.close();
  }

  /** Keys of an account that was added, else undefined. */
  keys(account: string): AccountKeys | undefined {
    return this.accounts.get(account);
  }

  /** Adds an account with fresh keys; an account that is there already keeps its keys. */
  addAccount(account: string): AccountKeys {
    const keys = this.accounts.get(account) ?? { key1: freshKey(), key2: freshKey() };
    this.accounts.set(account, keys);
    return keys;
  }

  /** Gives one of the keys of an account a new value. */
  regenerateKey(account: string, key: "key1" | "key2"): AccountKeys {
    const keys = { ...this.addAccount(account), [key]: freshKey() };
    this.accounts.set(account, keys);
    return keys;
  }

  removeAccount(account: string): void {
    this.accounts.delete(account);
  }

  /** Lets ranges of an existing page blob read the same ranges of a file. */
  async backPageBlob(blob: PageBlobName, file: FileHandle, ranges: readonly BackedRange[]): Promise<void> {
    const id = `file-${blob.container}`;
    this.extents.addFile(id, file);
    const target = { accountName: blob.account, containerName: blob.container, name: blob.name, snapshot: "" };
    for (const { start, length } of ranges) {
      const context = { contextId: "backing", startTime: new Date() };
      await this.metadata.uploadPages(context, target, start, start + length - 1, { id, offset: start, count: length });
    }
  }

  /**
   * Reads bytes of a page blob straight from the stores; pages that were never written are zeros.
   *
   * Simulated VMs read disks through this: a request to ourselves would cost a hundred times as much.
   */
  async readPageBlob(blob: PageBlobName, offset: number, length: number): Promise<Buffer> {
    const context = { contextId: "reading", startTime: new Date() };
    const { pageRangesInOrder = [] } = await this.metadata.getPageRanges(
      context,
      blob.account,
      blob.container,
      blob.name,
    );
    const bytes = Buffer.alloc(length);
    for (const { start, end, persistency } of pageRangesInOrder) {
      const from = Math.max(start, offset);
      const count = Math.min(end + 1, offset + length) - from;
      if (count > 0) {
        const chunk = { id: persistency.id, offset: persistency.offset + from - start, count };
        await this.extents.readInto(chunk, bytes.subarray(from - offset, from - offset + count));
      }
    }
    return bytes;
  }

  private createListener(oauth: number | undefined): RequestListener {
    const accounts = { getAccount: (name: string) => this.accountRecord(name) };
    return new BlobRequestListenerFactory(
      this.metadata,
      this.extents,
      accounts,
      false,
      undefined,
      false,
      true,
      oauth,
      true,
    ).createRequestListener();
  }

  private accountRecord(name: string): { name: string; key1: Buffer; key2: Buffer } | undefined {
    const keys = this.accounts.get(name);
    return keys && { name, key1: Buffer.from(keys.key1, "base64"), key2: Buffer.from(keys.key2, "base64") };
  }
}

function freshKey(): string {
  return randomBytes(64).toString("base64");
}
