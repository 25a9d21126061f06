import type { ByteSource } from "./byte-source";
import type { DiskImage, Partition } from "./disk-image";
import { isVolumeDamage, type DiskError } from "./errors";
import type { NtfsFile } from "./ntfs/ntfs-file";
import { NtfsVolume } from "./ntfs/volume";
import { RegistryHive } from "./registry/registry-hive";

/** An installation of Windows on a disk. */
export interface WindowsVolume {
  readonly partition: Partition;
  readonly volume: NtfsVolume;
  /** Path of the Windows folder on the volume: `\Windows`. */
  readonly systemRoot: string;
  /** `\Windows\System32\config\SYSTEM`. */
  readonly systemHive: NtfsFile;
}

const systemRoot = "\\Windows";

/** Volumes smaller than this part of the one that holds Windows are not searched for another installation. */
const smallestShare = 1 / 4;

/**
 * Finds the Windows volume of a disk: the NTFS volume that holds `\Windows\System32\config\SYSTEM`. When several do,
 * the one whose hive was changed last is answered. Small volumes beside it, such as a recovery volume, are not read.
 *
 * @returns null when no volume holds it, and every volume could be read
 * @throws DiskError the first error of a volume that could not be read, when no other holds Windows
 */
export async function findWindows(image: DiskImage): Promise<WindowsVolume | null> {
  const found: WindowsVolume[] = [];
  let problem: DiskError | null = null;
  // The largest first: it is the Windows volume almost always.
  const candidates = image.partitions
    .filter((one) => one.fileSystem === "ntfs")
    .toSorted((a, b) => b.length - a.length);
  for (const partition of candidates) {
    if (found.some((one) => partition.length < one.partition.length * smallestShare)) continue;
    try {
      const windows = await windowsOf(partition);
      if (windows) found.push(windows);
    } catch (error) {
      if (!isVolumeDamage(error)) throw error;
      problem ??= error;
    }
  }
  found.sort((a, b) => (b.systemHive.modified ?? "").localeCompare(a.systemHive.modified ?? ""));
  const [newest] = found;
  if (newest) return newest;
  if (problem) throw problem;
  return null;
}

/** Opens a hive of the installation, such as "SYSTEM" or "SOFTWARE", with its logs; null when there is none. */
export async function openHive(windows: WindowsVolume, name: string): Promise<RegistryHive | null> {
  const path = `${windows.systemRoot}\\System32\\config\\${name}`;
  const file = await windows.volume.find(path);
  if (!file) return null;
  return RegistryHive.open(await file.open(), () => openLogs(windows, path));
}

async function openLogs(windows: WindowsVolume, hive: string): Promise<ByteSource[]> {
  const logs: ByteSource[] = [];
  for (const extension of [".LOG1", ".LOG2", ".LOG"]) {
    const log = await windows.volume.find(hive + extension);
    if (log) logs.push(await log.open());
  }
  return logs;
}

async function windowsOf(partition: Partition): Promise<WindowsVolume | null> {
  const volume = await NtfsVolume.open(partition.bytes);
  const systemHive = await volume.find(`${systemRoot}\\System32\\config\\SYSTEM`);
  return systemHive && { partition, volume, systemRoot, systemHive };
}
