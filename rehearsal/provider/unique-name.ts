import { createHash, randomBytes } from "node:crypto";

/**
 * Hexadecimal digits that follow from the engine's seed and the resource's URN, so that preview and update agree on a
 * name; without a seed they are random.
 *
 * @param length at most 64
 */
export function seededHex(seed: Uint8Array, urn: string, length: number): string {
  const source = seed.length > 0 ? seed : randomBytes(32);
  return createHash("sha256").update(source).update(urn).digest("hex").slice(0, length);
}

/** A GUID that follows from the engine's seed and the resource's URN. */
export function seededGuid(seed: Uint8Array, urn: string): string {
  const hex = seededHex(seed, urn, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
