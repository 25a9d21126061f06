import type { ByteSource } from "../byte-source";

/** Reads bytes into memory at hand, so that a long copy needs no new memory for each piece. */
export async function readInto(source: ByteSource, offset: number, target: Uint8Array): Promise<void> {
  if (source.readInto) await source.readInto(offset, target);
  else target.set(await source.read(offset, target.length));
}
