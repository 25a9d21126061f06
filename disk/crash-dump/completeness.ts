import type { ByteSource } from "../byte-source";

/** What a dump header says that bears on the size of the file. */
interface SizeFacts {
  readonly dumpType: number;
  readonly requiredSize: number | null;
  /** Null when it was not filled in. */
  readonly miniDumpFields: number | null;
  readonly headerSize: number;
}

const minidump = 4;

/** Set in minidumps since Windows 11 24H2, whose required size is exact. */
const exactSizeField = 0x100;

/**
 * Whether all of a dump is there; null when the file cannot tell.
 *
 * Minidumps of Windows 10 require more than they take. Their own header, behind the first, tells how long the part
 * without secondary data is; the secondary data (blobs) ends the file.
 */
export async function isComplete(bytes: ByteSource, facts: SizeFacts): Promise<boolean | null> {
  if (facts.dumpType !== minidump || ((facts.miniDumpFields ?? 0) & exactSizeField) !== 0) {
    return facts.requiredSize === null ? null : bytes.size >= facts.requiredSize;
  }
  if (bytes.size < facts.headerSize + 12) return false;
  const head = Buffer.from(await bytes.read(facts.headerSize, 12));
  const primarySize = head.readUInt32LE(4);
  const validOffset = head.readUInt32LE(8);
  if (primarySize > bytes.size || validOffset + 4 > bytes.size) return false;
  if (primarySize === bytes.size) return true;
  return endsWithBlobs(bytes, primarySize);
}

/** A dump has dozens of blobs. */
const mostBlobs = 4096;

/** Walks the secondary data: blobs, each with its size in its header; the last ends where the file does. */
async function endsWithBlobs(bytes: ByteSource, start: number): Promise<boolean | null> {
  if (start + 16 > bytes.size) return null;
  const head = Buffer.from(await bytes.read(start, 16));
  if (head.toString("latin1", 0, 8) !== "DumpBlob") return null;
  let at = start + head.readUInt32LE(8);
  for (let count = 0; count < mostBlobs && at < bytes.size; count++) {
    if (at + 32 > bytes.size) return false;
    const blob = Buffer.from(await bytes.read(at, 32));
    const headerSize = blob.readUInt32LE(0);
    if (headerSize < 32) return null;
    at += headerSize + blob.readUInt32LE(20) + blob.readUInt32LE(24) + blob.readUInt32LE(28);
  }
  return at === bytes.size;
}
