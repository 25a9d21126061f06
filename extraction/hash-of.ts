import { createHash } from "node:crypto";
import type { ByteSource } from "../disk";
import { Pieces } from "./pieces";

/** SHA-256 of all bytes of a source, in hexadecimal; tells the bytes done after each piece. */
export async function hashOf(
  content: ByteSource,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const pieces = new Pieces(content);
  for await (const bytes of pieces.inOrder(signal, (index) => pieces.read(index))) {
    hash.update(bytes);
    onBytes(bytes.length);
  }
  return hash.digest("hex");
}
