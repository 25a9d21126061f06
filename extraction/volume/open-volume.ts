import {
  CachedSource,
  findWindows,
  forPurpose,
  NtfsVolume,
  openDiskImage,
  unreadableForms,
  type ByteSource,
  type DiskImage,
  type Partition,
  type WindowsVolume,
} from "../../disk";
import { ExtractionError } from "../errors";

/** The volume that a command reads. */
export interface OpenedVolume {
  readonly volume: NtfsVolume;
  readonly partition: Partition;
  /** Null when the volume is not of an installation of Windows. */
  readonly windows: WindowsVolume | null;
}

/**
 * Opens a partition by its number, else the Windows volume, else the only NTFS volume of a disk.
 *
 * @throws DiskError, ExtractionError when there is no such partition, or none can be chosen
 */
export function openVolume(source: ByteSource, number: number | null): Promise<OpenedVolume> {
  return forPurpose("search for the volume", () => open(source, number));
}

async function open(source: ByteSource, number: number | null): Promise<OpenedVolume> {
  const cached = source instanceof CachedSource ? source : new CachedSource(source);
  const image = await openDiskImage(cached, { scope: number === null ? "windows" : "all" });
  if (number !== null) return openPartition(partitionOf(image, number));
  const windows = await findWindows(image);
  if (windows) return { volume: windows.volume, partition: windows.partition, windows };
  const whole = await openDiskImage(cached);
  const volumes = whole.partitions.filter((one) => one.fileSystem === "ntfs");
  const [only] = volumes;
  if (only && volumes.length === 1) return openPartition(only);
  const [refusal] = unreadableForms(whole);
  if (!only && refusal) throw refusal;
  if (!only) throw new ExtractionError(`There is no NTFS volume on this disk. ${listed(whole)}`);
  throw new ExtractionError(`No volume of this disk holds Windows; choose one by --partition. ${listed(whole)}`);
}

async function openPartition(partition: Partition): Promise<OpenedVolume> {
  return { volume: await NtfsVolume.open(partition.bytes), partition, windows: null };
}

function partitionOf(image: DiskImage, number: number): Partition {
  const partition = image.partitions.find((one) => one.number === number);
  if (!partition) throw new ExtractionError(`There is no partition ${number}. ${listed(image)}`);
  return partition;
}

function listed({ partitions }: DiskImage): string {
  if (partitions.length === 0) return "It has no partitions.";
  const texts = partitions.map((one) => `${one.number} (${one.type}${one.fileSystem ? `, ${one.fileSystem}` : ""})`);
  return `Its partitions are ${texts.join(", ")}.`;
}
