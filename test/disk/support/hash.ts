import { createHash } from "node:crypto";
import type { ByteSource } from "../../../disk";

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of all bytes of a source, read in odd pieces. */
export async function hashOf(source: ByteSource): Promise<string> {
  const hash = createHash("sha256");
  const piece = 1_000_003;
  for (let at = 0; at < source.size; at += piece) hash.update(await source.read(at, Math.min(piece, source.size - at)));
  return hash.digest("hex");
}
