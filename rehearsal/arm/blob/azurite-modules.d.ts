// The parts of Azurite 3.37.0 that the blob plane is made of. Azurite ships no declarations.

declare module "azurite/dist/src/blob/BlobRequestListenerFactory" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  import type BlobMetadataStore from "azurite/dist/src/blob/persistence/LokiBlobMetadataStore";
  import type { ExtentStore } from "azurite/dist/src/common/persistence/MemoryExtentStore";

  export default class BlobRequestListenerFactory {
    constructor(
      metadataStore: BlobMetadataStore,
      extentStore: ExtentStore,
      accounts: { getAccount(name: string): { name: string; key1: Buffer; key2?: Buffer } | undefined },
      enableAccessLog: boolean,
      accessLog: undefined,
      loose: boolean,
      skipApiVersionCheck: boolean,
      oauth: number | undefined,
      disableProductStyleUrl: boolean,
    );
    createRequestListener(): (request: IncomingMessage, response: ServerResponse) => void;
  }
}

declare module "azurite/dist/src/blob/persistence/LokiBlobMetadataStore" {
  import type { ExtentChunk } from "azurite/dist/src/common/persistence/MemoryExtentStore";

  /** Written pages; `end` is inclusive. */
  export interface PageRange {
    readonly start: number;
    readonly end: number;
    readonly persistency: ExtentChunk;
  }

  export default class LokiBlobMetadataStore {
    constructor(databasePath: string, inMemory: boolean);
    init(): Promise<void>;
    close(): Promise<void>;
    uploadPages(
      context: { contextId: string; startTime: Date },
      blob: { accountName: string; containerName: string; name: string; snapshot: string },
      start: number,
      endInclusive: number,
      persistency: ExtentChunk,
    ): Promise<unknown>;
    getPageRanges(
      context: { contextId: string; startTime: Date },
      account: string,
      container: string,
      blob: string,
    ): Promise<{ pageRangesInOrder?: readonly PageRange[] }>;
  }
}

declare module "azurite/dist/src/common/persistence/LokiExtentMetadataStore" {
  export default class LokiExtentMetadataStore {
    constructor(databasePath: string, inMemory: boolean);
    init(): Promise<void>;
    close(): Promise<void>;
  }
}

declare module "azurite/dist/src/common/persistence/MemoryExtentStore" {
  import type { Readable } from "node:stream";
  import type ExtentMetadataStore from "azurite/dist/src/common/persistence/LokiExtentMetadataStore";

  /** A run of stored bytes. */
  export interface ExtentChunk {
    readonly id: string;
    readonly offset: number;
    readonly count: number;
  }

  export interface ExtentStore {
    init(): Promise<void>;
    close(): Promise<void>;
    readExtent(chunk: ExtentChunk | undefined, contextId?: string): Promise<Readable>;
  }

  export class MemoryExtentChunkStore {
    constructor(sizeLimit: number);
    totalSize(): number;
  }

  export default class MemoryExtentStore implements ExtentStore {
    constructor(
      category: string,
      chunks: MemoryExtentChunkStore,
      metadata: ExtentMetadataStore,
      logger: unknown,
      makeError: (status: number, code: string, message: string, requestId: string) => Error,
    );
    init(): Promise<void>;
    close(): Promise<void>;
    readExtent(chunk: ExtentChunk | undefined, contextId?: string): Promise<Readable>;
  }
}

declare module "azurite/dist/src/blob/gc/BlobGCManager" {
  import type BlobMetadataStore from "azurite/dist/src/blob/persistence/LokiBlobMetadataStore";
  import type ExtentMetadataStore from "azurite/dist/src/common/persistence/LokiExtentMetadataStore";
  import type { ExtentStore } from "azurite/dist/src/common/persistence/MemoryExtentStore";

  export default class BlobGCManager {
    constructor(
      metadata: BlobMetadataStore,
      extentMetadata: ExtentMetadataStore,
      extents: ExtentStore,
      onError: (error: Error) => void,
      logger: unknown,
    );
    start(): Promise<void>;
    close(): Promise<void>;
  }
}

declare module "azurite/dist/src/common/Logger" {
  const logger: unknown;
  export default logger;
}

declare module "azurite/dist/src/blob/errors/StorageError" {
  const StorageError: new (status: number, code: string, message: string, requestId: string) => Error;
  export default StorageError;
}
