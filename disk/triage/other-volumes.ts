import { ByteView } from "../byte-view";
import type { DiskImage, Partition } from "../disk-image";
import { OutOfRangeError, UnsupportedDiskError } from "../errors";
import { readGuid } from "../guid";
import { NtfsVolume } from "../ntfs/volume";
import type { FileSystem } from "../partitions/file-system";
import { typesWithoutWindows } from "../partitions/partition-types";
import { forPurpose } from "../sources/read-purpose";
import { refusalOf } from "../unreadable-forms";
import type { WindowsVolume } from "../windows";
import { systemDrive } from "./dump-places";
import { readOfflineSystem, type OfflineSystem } from "./offline-registry";

const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

/** File systems that Windows gives a letter. */
const readByWindows: ReadonlySet<FileSystem | null> = new Set(["ntfs", "fat", "exfat", "refs", "bitlocker"]);

/** A volume of the disk, and the partition that it is in. */
export interface OtherVolume {
  readonly partition: Partition;
  readonly volume: NtfsVolume;
}

/**
 * Finds the volume that the Windows of a disk gave a drive letter.
 *
 * @param drive such as `E:`, or `partition 2:` for a volume without a letter
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
   * Every volume besides that of Windows which a repair VM would show with a letter: by its drive letter in the broken
   * Windows, else as `partition 2:`.
   */
  async dataDrives(): Promise<{ readonly drive: string; readonly readable: boolean }[]> {
    const partitions = this.image.partitions.filter((one) => {
      const isOwn = one.number === this.windows.partition.number;
      return !isOwn && !typesWithoutWindows.has(one.type) && readByWindows.has(one.fileSystem);
    });
    return Promise.all(
      partitions.map(async (one) => {
        return { drive: await this.driveOf(one), readable: one.fileSystem === "ntfs" };
      }),
    );
  }

  private async driveOf(partition: Partition): Promise<string> {
    for (const letter of letters) if ((await this.partitionOf(`${letter}:`)) === partition) return `${letter}:`;
    return `partition ${partition.number}:`;
  }

  /**
   * @param drive such as `E:`, or `partition 2:` for a volume without a letter
   * @returns null when the drive is not on this disk
   * @throws DiskError when it is, and its volume cannot be read
   */
  async find(drive: string): Promise<OtherVolume | null> {
    const partition = await this.partitionOf(drive);
    if (!partition) return null;
    this.found.add(drive);
    let volume = this.volumes.get(partition);
    if (!volume) this.volumes.set(partition, (volume = this.open(partition, drive)));
    return { partition, volume: await volume };
  }

  private async partitionOf(drive: string): Promise<Partition | null> {
    let searched = this.partitions.get(drive);
    if (!searched) this.partitions.set(drive, (searched = this.partition(drive)));
    return searched;
  }

  private async partition(drive: string): Promise<Partition | null> {
    const number = /^partition (\d+):$/.exec(drive)?.[1];
    if (number !== undefined) return this.image.partitions.find((one) => one.number === Number(number)) ?? null;
    const device = await this.deviceOf(drive);
    if (!device) return null;
    const { signature, offset } = mbrDevice(device) ?? {};
    if (signature === undefined) {
      const guid = guidOf(device);
      return this.image.partitions.find((one) => guid !== null && one.uniqueId === guid) ?? null;
    }
    if (this.image.partitioning !== "mbr" || signature !== (await this.signature())) return null;
    return this.image.partitions.find((one) => offset === BigInt(one.offset)) ?? null;
  }

  private async deviceOf(drive: string): Promise<Buffer | null> {
    const device = await this.system.device(drive);
    return device && Buffer.from(device);
  }

  /**
   * The signature that the broken Windows knew the disk by, which may have a new one since: taken from C:, when that stands
   * where the volume with Windows is.
   */
  private async signature(): Promise<string | null> {
    const own = mbrDevice((await this.deviceOf(systemDrive)) ?? Buffer.alloc(0));
    return own?.offset === BigInt(this.windows.partition.offset) ? own.signature : this.image.id;
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

/** What MountedDevices names a partition of GPT by: the text `DMIO:ID:` and its GUID; null for another form. */
function guidOf(device: Buffer): string | null {
  if (device.length !== 24 || device.toString("latin1", 0, 8) !== "DMIO:ID:") return null;
  return readGuid(new ByteView(device, "MountedDevices", OutOfRangeError), 8);
}

/** What it names a partition of MBR by: the disk's signature and the partition's offset in bytes; null for another form. */
function mbrDevice(device: Buffer): { readonly signature: string; readonly offset: bigint } | null {
  if (device.length !== 12) return null;
  const signature = device.readUInt32LE(0).toString(16).toUpperCase().padStart(8, "0");
  return { signature, offset: device.readBigUInt64LE(4) };
}
