import type { ByteSource } from "./byte-source";
import { CorruptPartitionTableError, NotAVhdError, TruncatedDiskError, UnsupportedDiskError } from "./errors";
import { identifyFileSystem, identifyingBytes, type FileSystem } from "./partitions/file-system";
import { readGpt } from "./partitions/gpt";
import { announcesGpt, hasBootSignature, looksLikeMbr, mayHideGpt, readMbr } from "./partitions/mbr";
import { noType, typesOfNtfs, typesWithoutFileSystem, typesWithoutWindows } from "./partitions/partition-types";
import type { PartitionTable, TableEntry } from "./partitions/table";
import { CachedSource } from "./sources/cached-source";
import { SliceSource } from "./sources/slice-source";
import { hasVhdCookie, readVhdFooter, vhdFooterSize } from "./vhd-footer";

/** A partition of a disk, or the only volume of a disk without a partition table. */
export interface Partition extends TableEntry {
  /** What the first sector shows; null when it is of no known file system, or is not there. */
  readonly fileSystem: FileSystem | null;
  /** The partition's bytes; shorter than `length` when the disk is cut off. */
  readonly bytes: ByteSource;
}

/** A disk image and its partition table. */
export interface DiskImage {
  readonly format: "vhd" | "raw";
  /** Bytes of the disk, without the footer of a VHD. */
  readonly size: number;
  /** The disk without the footer of a VHD; every byte is read once at most. */
  readonly bytes: ByteSource;
  readonly partitioning: "gpt" | "mbr" | "none";
  /** GPT disk GUID in capitals, or MBR disk signature as 8 hex digits; null without a partition table. */
  readonly id: string | null;
  readonly partitions: readonly Partition[];
  /** What was wrong and could be got over, in sentences: a damaged table read from its backup, a disk cut off. */
  readonly problems: readonly string[];
}

/** How to open a disk image. */
export interface DiskImageOptions {
  /** "vhd" when the source must be a VHD, so that one whose footer is cut off is refused instead of taken for raw. */
  readonly format?: "vhd" | "any";
  /**
   * "windows" to read only what the search for Windows needs: not the footer where the size alone shows a VHD, not the
   * boot sectors of partitions whose type cannot hold Windows (their `fileSystem` is null). "all" when not given.
   */
  readonly scope?: "windows" | "all";
}

/**
 * Opens a fixed VHD or a raw disk and reads its partition table. A bare volume is answered as one partition.
 *
 * @throws NotAVhdError when the footer is damaged, or missing and wanted
 * @throws UnsupportedDiskError for a disk in another form: dynamic VHD, VHDX, VMDK, QCOW2
 * @throws CorruptPartitionTableError
 */
export async function openDiskImage(source: ByteSource, options: DiskImageOptions = {}): Promise<DiskImage> {
  const cached = source instanceof CachedSource ? source : new CachedSource(source);
  if (cached.size < 512) {
    throw new TruncatedDiskError(`The source has ${cached.size} bytes; a disk has at least one sector of 512.`);
  }
  const lean = options.scope === "windows";
  const { format, size, problems } = await readFormat(cached, options.format ?? "any", lean);
  const bytes = new SliceSource(cached, 0, size);
  const table = await readTable(bytes);
  if (!table)
    return { format, size, bytes, partitioning: "none", id: null, partitions: await bareVolume(bytes), problems };
  const read = await Promise.all(table.entries.map((entry) => toPartition(bytes, entry, lean)));
  const partitions = read.filter((one) => one.type !== noType || one.fileSystem);
  return {
    format,
    size,
    bytes,
    partitioning: table.partitioning,
    id: table.id,
    partitions,
    problems: [...problems, ...table.problems, ...cutOff(bytes, table.entries), ...unrecognized(partitions)],
  };
}

/** Disks of Azure are whole mebibytes long; a VHD of one is 512 bytes longer, which no raw disk is. */
const mebibyte = 1024 * 1024;

interface Format {
  readonly format: "vhd" | "raw";
  readonly size: number;
  readonly problems: readonly string[];
}

async function readFormat(source: ByteSource, wanted: "vhd" | "any", lean: boolean): Promise<Format> {
  const size = source.size - vhdFooterSize;
  if (lean && size > 0 && size % mebibyte === 0) {
    refuseOtherForms(await source.read(0, 512));
    return { format: "vhd", size, problems: [] };
  }
  const [head, footer] = await Promise.all([source.read(0, 512), source.read(size, vhdFooterSize)]);
  if (hasVhdCookie(footer))
    return { format: "vhd", size, problems: checkSize(readVhdFooter(footer, head), size, head) };
  refuseOtherForms(head);
  if (wanted === "vhd") {
    throw new NotAVhdError(
      `The last 512 bytes of the ${source.size} are no VHD footer: the file is cut off, or is no VHD. ` +
        "Download or export it again, or give a raw disk image under another name.",
    );
  }
  return { format: "raw", size: source.size, problems: [] };
}

/** The footer's size must be the size of what stands before it; only a volume cut out of a VHD may have lost its start. */
function checkSize(stated: bigint, size: number, head: Uint8Array): string[] {
  if (stated === BigInt(size)) return [];
  const problem = `The VHD footer says that the disk has ${stated} bytes, but ${size} bytes stand before it`;
  if (identifyFileSystem(head)) return [`${problem}: a volume was cut out of it.`];
  throw new NotAVhdError(`${problem}: the file was cut off or joined. Download or export the VHD again.`);
}

/** Refuses, by name, files that hold a disk in a form which is not read. */
function refuseOtherForms(head: Uint8Array): void {
  const start = Buffer.from(head.subarray(0, 8)).toString("latin1");
  const forms: Record<string, string> = {
    conectix: "dynamic VHD",
    vhdxfile: "VHDX",
    KDMV: "VMDK",
    "QFI\xfb": "QCOW2",
  };
  const form = forms[start] ?? forms[start.slice(0, 4)];
  if (!form) return;
  throw new UnsupportedDiskError(
    `This is a ${form}, and only fixed VHDs and raw disks are read. ` +
      "Convert it: qemu-img convert -O vpc -o subformat=fixed,force_size IN OUT.vhd",
    form,
  );
}

async function readTable(disk: ByteSource): Promise<PartitionTable | null> {
  const sector = await disk.read(0, 512);
  const signed = hasBootSignature(sector);
  if (signed && identifyFileSystem(await disk.read(0, Math.min(identifyingBytes, disk.size)))) return null;
  if (!signed || announcesGpt(sector) || mayHideGpt(sector)) {
    const table = (await readGpt(disk, 512)) ?? (await readGpt(disk, 4096));
    if (table) return table;
    if (announcesGpt(sector)) {
      throw new CorruptPartitionTableError(
        "The MBR announces a GUID partition table (type 0xEE), and neither its header nor its backup at the end of the disk is there.",
      );
    }
  }
  if (!signed && !looksLikeMbr(sector, disk.size)) return null;
  const table = await readMbr(disk, sector);
  return (await leadsNowhere(disk, table)) ? ((await hiddenGpt(disk)) ?? table) : table;
}

/** Whether no file system begins where a table says that partitions do. */
async function leadsNowhere(disk: ByteSource, { entries }: PartitionTable): Promise<boolean> {
  for (const { offset, length } of entries) {
    const there = Math.min(length, disk.size - offset, identifyingBytes);
    if (there >= 512 && identifyFileSystem(await disk.read(offset, there))) return false;
  }
  return true;
}

/** The GUID partition table of a disk whose MBR does not announce it, since it is damaged. */
async function hiddenGpt(disk: ByteSource): Promise<PartitionTable | null> {
  const table = await readGpt(disk, 512).catch((error: unknown) => {
    if (error instanceof CorruptPartitionTableError) return null;
    throw error;
  });
  const problem = "The MBR is damaged: it announces no GUID partition table, but there is one.";
  return table && { ...table, problems: [problem, ...table.problems] };
}

async function bareVolume(disk: ByteSource): Promise<Partition[]> {
  const fileSystem = identifyFileSystem(await disk.read(0, Math.min(identifyingBytes, disk.size)));
  if (!fileSystem) return [];
  const whole = { number: 1, type: "whole disk", typeId: "", name: "", offset: 0, length: disk.size, uniqueId: null };
  return [{ ...whole, fileSystem, bytes: disk }];
}

async function toPartition(disk: ByteSource, entry: TableEntry, lean: boolean): Promise<Partition> {
  const there = Math.max(0, Math.min(entry.length, disk.size - entry.offset));
  const bytes = new SliceSource(disk, there > 0 ? entry.offset : 0, there);
  const skipped = typesWithoutFileSystem.has(entry.type) || (lean && typesWithoutWindows.has(entry.type));
  if (there < 512 || skipped) return { ...entry, fileSystem: null, bytes };
  const fileSystem = identifyFileSystem(await bytes.read(0, Math.min(identifyingBytes, there)));
  if (!fileSystem && typesOfNtfs.has(entry.type)) return { ...entry, fileSystem: await byLastSector(bytes), bytes };
  return { ...entry, fileSystem, bytes };
}

/** NTFS keeps a copy of its boot sector in the last sector of the partition; it shows when the first is destroyed. */
async function byLastSector(volume: ByteSource): Promise<FileSystem | null> {
  const last = await volume.read(volume.size - 512, 512);
  return identifyFileSystem(last) === "ntfs" ? "ntfs" : null;
}

function unrecognized(partitions: readonly Partition[]): string[] {
  return partitions
    .filter((one) => one.bytes.size === one.length && one.fileSystem === null && typesOfNtfs.has(one.type))
    .filter((one) => one.type !== "Windows recovery")
    .map((one) => `Partition ${one.number} is of a type that holds NTFS, but no file system is recognized in it.`);
}

function cutOff(disk: ByteSource, entries: readonly TableEntry[]): string[] {
  return entries
    .filter((entry) => entry.offset + entry.length > disk.size)
    .map(
      (entry) =>
        `Partition ${entry.number} ends at byte ${entry.offset + entry.length}, but the disk has ${disk.size} bytes: ` +
        "the image is cut off. Download or export it again.",
    );
}
