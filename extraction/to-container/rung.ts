import type { Item } from "../items/item";
import type { Destination } from "./destination";

/** What every way to copy works with. */
export interface CopyJob {
  readonly item: Item;
  readonly destination: Destination;
  readonly signal: AbortSignal;
  /** Told the bytes of each block that is in the service. */
  readonly onBytes: (bytes: number) => void;
  /** Told what the user should know. */
  readonly onNote: (note: string) => void;
}

/** The blocks of the blob, all in the service and not yet put together. */
export interface StagedBlocks {
  /** Ids in the order of the file. */
  readonly ids: string[];
  /** In hexadecimal; null when no byte came by here. */
  readonly sha256: string | null;
}

/** Ways to copy, by how the bytes go. */
export const CopyWay = {
  /** The service copies from the source. */
  Service: "service",
  /** The service copies from the source into a page blob, and from there. */
  PageBlob: "page-blob",
  /** The bytes come through this machine. */
  Client: "client",
} as const;

export type CopyWay = (typeof CopyWay)[keyof typeof CopyWay];

/** One way to get the blocks of a file into the service. */
export interface Rung {
  readonly way: CopyWay;
  /** What it does, as a sentence goes on after the file's name. */
  readonly does: string;
  /** @throws CopyRefusedError when the service will not, AzureFailure, DiskError */
  stage(): Promise<StagedBlocks>;
}
