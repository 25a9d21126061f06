import { createHash } from "node:crypto";

import {
  type ByteSource,
  DiskError,
  type DiskImage,
  findWindows,
  NtfsVolume,
  openDiskImage,
  openFile,
  type WindowsVolume,
} from "../disk";

const PIECE = 4 * 1024 * 1024;

/** One sentence on what a disk holds: size, partitioning, Windows volume. */
export async function describeDisk(file: string): Promise<string> {
  const source = await openFile(file);
  try {
    const image = await openDiskImage(source);
    const windows = await windowsOrError(image);
    const table = { gpt: "GPT (Generation 2)", mbr: "MBR (Generation 1)", none: "no partition table" };
    const volumes = image.partitions.map(
      ({ number, fileSystem }) =>
        `${fileSystem ?? "no known file system"}${!(windows instanceof DiskError) && windows?.partition.number === number ? " with Windows" : ""}`,
    );
    const size = `${(image.size / 1024 / 1024).toFixed(0)} MiB`;
    const damage = windows instanceof DiskError ? [windows.message] : [];
    return [size, table[image.partitioning], volumes.join(", ") || "no partition", ...damage].join("; ");
  } finally {
    await source.close?.();
  }
}

/** A damaged volume is a fact to tell here, for the rehearsal shows what the repair environment makes of it. */
async function windowsOrError(image: DiskImage): Promise<WindowsVolume | DiskError | null> {
  try {
    return await findWindows(image);
  } catch (error) {
    if (error instanceof DiskError) {
      return error;
    }
    throw error;
  }
}

/**
 * SHA-256 of the first bytes of the file that has a path, on each volume of a disk image that has one, read from outside.
 * Which letter the repair VM gave a volume is not known here.
 *
 * @param path with a drive letter, which is left out of account: F:\Windows\MEMORY.DMP
 * @param size bytes from the start: of a page file only the dump in it is collected
 * @throws Error when no volume has such a file, of that size at least
 */
export async function hashesOnDisk(file: string, path: string, size: number): Promise<string[]> {
  const source = await openFile(file);
  try {
    const hashes: string[] = [];
    for (const partition of (await openDiskImage(source)).partitions) {
      if (partition.fileSystem !== "ntfs") continue;
      const found = await (await NtfsVolume.open(partition.bytes)).find(path.replace(/^[A-Za-z]:/, ""));
      if (found && found.size >= size) hashes.push(await hashStart(await found.open(), size));
    }
    if (hashes.length === 0) throw new Error(`No volume of ${file} has ${path} with ${size} bytes`);
    return hashes;
  } finally {
    await source.close?.();
  }
}

async function hashStart(bytes: ByteSource, size: number): Promise<string> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < size; offset += PIECE) {
    hash.update(await bytes.read(offset, Math.min(PIECE, size - offset)));
  }
  return hash.digest("hex");
}
