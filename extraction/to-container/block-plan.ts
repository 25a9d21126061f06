import { createHash } from "node:crypto";
import type { Extent } from "../../disk";

/** A block of a blob, and where its bytes come from. */
export interface PlannedBlock {
  /** Base64; all ids of a blob are equally long, as the service demands. */
  readonly id: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Byte offset in the source; null for zeros. */
  readonly at: number | null;
  /** Bytes. */
  readonly length: number;
}

/** A block blob has at most this many blocks (Put Block List, Microsoft Learn). */
export const mostBlocks = 50_000;

/** Longest block that is copied in one request: a shorter one is repeated more cheaply when it fails. */
const longestCopy = 32 * 1024 * 1024;

/** Longest block of zeros; they are uploaded once and listed as often as needed. */
const longestZeros = 4 * 1024 * 1024;

/**
 * Plans the blocks of a blob from the extents of a file: each inside one extent, holes as repeats of one block of zeros.
 *
 * @param identity of the content; blocks of an earlier, interrupted copy of it have the same ids
 * @returns null when the file is in more pieces than a blob has blocks
 */
export function planBlocks(extents: readonly Extent[], identity: string): PlannedBlock[] | null {
  const zeros = extents.filter((extent) => extent.at === null).reduce((sum, extent) => sum + extent.length, 0);
  let zeroLength = longestZeros;
  while (zeros / zeroLength > mostBlocks / 4) zeroLength *= 2;
  const blocks: PlannedBlock[] = [];
  for (const extent of extents) {
    const longest = extent.at === null ? zeroLength : longestCopy;
    for (let start = 0; start < extent.length; start += longest) {
      const length = Math.min(longest, extent.length - start);
      const at = extent.at === null ? null : extent.at + start;
      blocks.push({ id: blockId(identity, at, length), offset: extent.offset + start, at, length });
    }
    if (blocks.length > mostBlocks) return null;
  }
  return blocks;
}

/** The id of a block tells where it is from, so that equal blocks have one id and are staged once. */
export function blockId(identity: string, at: number | null, length: number): string {
  return createHash("sha256")
    .update(JSON.stringify([identity, at, length]))
    .digest("base64");
}
