import { ByteView } from "../byte-view";
import type { DiskImage, Partition } from "../disk-image";
import { OutOfRangeError, UnsupportedDiskError } from "../errors";
import { readGuid } from "../guid";
import { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";
import { refusalOf } from "../unreadable-forms";
import type { WindowsVolume } from "../windows";
import { readOfflineSystem, type OfflineSystem } from "./offline-registry";

/** A volume of the disk, and the partition that it is in. */
export interface OtherVolume {
  readonly partition: Partition;
  readonly volume: NtfsVolume;
}

/**
 * Finds the volume that the Windows of a disk gave a drive letter.
 *
 * @param drive such as `E:`
 * @returns null when the drive is not on this disk, or the registry does not tell
 * @throws DiskError when it is, and its volume cannot be read
 */
export async function findDrive(image: DiskImage, windows: WindowsVolume, drive: string): Promise<OtherVolume | null> {
  return new OtherVolumes(image, windows, await readOfflineSystem(windows)).find(drive);
}

/**
 * The volumes of a disk besides that of Windows, by the drive letters that Windows gave them. Nothing is read of them, nor
 * of the letters, before a path names one.
 */
export class OtherVolumes {
  private readonly partitions = new Map<string, Promise<Partition | null>>();
  private readonly volumes = new Map<Partition, Promise<NtfsVolume>>();
  private readonly found = new Set<string>();

  constructor(
    private readonly image: DiskImage,
    private readonly windows: WindowsVolume,
    private readonly system: OfflineSystem,
  ) {}

  /** Drives that were asked for and are on this disk: `E:`. */
  get drives(): ReadonlySet<string> {
    return this.found;
  }

  /**
   * @param drive such as `E:`
   * @returns null when the drive is not on this disk
   * @throws DiskError when it is, and its volume cannot be read
   */
  async find(drive: string): Promise<OtherVolume | null> {
    let searched = this.partitions.get(drive);
    if (!searched) this.partitions.set(drive, (searched = this.partition(drive)));
    const partition = await searched;
    if (!partition) return null;
    this.found.add(drive);
    let volume = this.volumes.get(partition);
    if (!volume) this.volumes.set(partition, (volume = this.open(partition, drive)));
    return { partition, volume: await volume };
  }

  private async partition(drive: string): Promise<Partition | null> {
    const device = await this.system.device(drive);
    return (device && this.image.partitions.find((one) => isDevice(Buffer.from(device), one, this.image))) ?? null;
  }

  private open(partition: Partition, drive: string): Promise<NtfsVolume> {
    if (partition.number === this.windows.partition.number) return Promise.resolve(this.windows.volume);
    const what = `Partition ${partition.number} (${drive})`;
    const refusal = refusalOf(partition.fileSystem, what);
    if (refusal) return Promise.reject(refusal);
    if (partition.fileSystem !== "ntfs") {
      return Promise.reject(new UnsupportedDiskError(`${what} cannot be read: it is not NTFS.`, "no NTFS"));
    }
    return forPurpose(`volume ${drive}`, () => NtfsVolume.open(partition.bytes));
  }
}

/**
 * Whether MountedDevices means a partition: GPT by the text `DMIO:ID:` and the partition's GUID, MBR by the disk's
 * signature and the partition's offset in bytes.
 */
function isDevice(device: Buffer, partition: Partition, image: DiskImage): boolean {
  if (device.length === 24 && device.toString("latin1", 0, 8) === "DMIO:ID:") {
    return (
      partition.uniqueId !== null &&
      readGuid(new ByteView(device, "MountedDevices", OutOfRangeError), 8) === partition.uniqueId
    );
  }
  if (device.length !== 12 || image.partitioning !== "mbr" || image.id === null) return false;
  const signature = device.readUInt32LE(0).toString(16).toUpperCase().padStart(8, "0");
  return signature === image.id && device.readBigUInt64LE(4) === BigInt(partition.offset);
}
