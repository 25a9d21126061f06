import { createHash } from "node:crypto";

import { DiskError, type DiskImage, findWindows, openDiskImage, openFile, type WindowsVolume } from "../disk";

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
 * SHA-256 of a file on the Windows volume of a disk image, read from outside.
 *
 * @param windowsPath path with a drive letter, which is left out of account: F:\Windows\MEMORY.DMP
 */
export async function hashFileOnDisk(file: string, windowsPath: string): Promise<{ sha256: string; size: number }> {
  const source = await openFile(file);
  try {
    const windows = await findWindows(await openDiskImage(source));
    const found = await windows?.volume.find(windowsPath.replace(/^[A-Za-z]:/, ""));
    if (found === null || found === undefined) {
      throw new Error(`${windowsPath} is not on the Windows volume of ${file}`);
    }
    const bytes = await found.open();
    const hash = createHash("sha256");
    for (let offset = 0; offset < bytes.size; offset += PIECE) {
      hash.update(await bytes.read(offset, Math.min(PIECE, bytes.size - offset)));
    }
    return { sha256: hash.digest("hex"), size: bytes.size };
  } finally {
    await source.close?.();
  }
}
