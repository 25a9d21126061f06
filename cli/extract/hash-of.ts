import { createHash } from "node:crypto";
import type { ByteSource } from "../../disk";
import { inOrder, pieceSize, piecesInFlight } from "./pieces";

/** SHA-256 of all bytes of a source, in hexadecimal; tells the bytes done after each piece. */
export async function hashOf(
  content: ByteSource,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const count = Math.ceil(content.size / pieceSize);
  const read = (index: number): Promise<Uint8Array> => {
    const offset = index * pieceSize;
    return content.read(offset, Math.min(pieceSize, content.size - offset));
  };
  for await (const bytes of inOrder(count, piecesInFlight, signal, read)) {
    hash.update(bytes);
    onBytes(bytes.length);
  }
  return hash.digest("hex");
}
