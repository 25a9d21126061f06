import { CorruptPartitionTableError, openDiskImage, openFile, TruncatedDiskError, type ByteSource } from "../../disk";
import { readVhdFooter, vhdFooterSize } from "../../disk/vhd-footer";

/** The VHD file that the broken VM's OS disk is made of. */
export interface SourceDisk {
  /** Bytes of the disk, without the footer. */
  readonly size: number;
  /** As the partitioning tells: GPT is Generation 2, everything else Generation 1 (learn: generation-2). */
  readonly generation: "V1" | "V2";
}

/**
 * Checks a VHD file before anything is started on it: what Azure takes as a disk is a fixed VHD, data and 512 bytes of
 * footer (Virtual Hard Disk Image Format Specification 1.0; learn: prepare-for-upload-vhd-image).
 *
 * @throws DiskError of `disk`: ReadError, NotAVhdError, UnsupportedDiskError, TruncatedDiskError
 */
export async function inspectSourceDisk(file: string): Promise<SourceDisk> {
  const source = await openFile(file);
  try {
    const generation = await generationOf(source);
    const size = source.size - vhdFooterSize;
    const stated = readVhdFooter(await source.read(size, vhdFooterSize));
    if (stated !== BigInt(size)) {
      throw new TruncatedDiskError(
        `${file} is no whole VHD: its footer states a disk of ${stated} bytes, the file holds ${size} bytes and the footer. Download or export it again.`,
      );
    }
    if (size % 512 !== 0) {
      throw new TruncatedDiskError(
        `${file} is no whole VHD: ${size} bytes of data are no whole number of sectors of 512 bytes.`,
      );
    }
    return { size, generation };
  } finally {
    await source.close?.();
  }
}

async function generationOf(source: ByteSource): Promise<"V1" | "V2"> {
  try {
    return (await openDiskImage(source, { format: "vhd" })).partitioning === "gpt" ? "V2" : "V1";
  } catch (error) {
    // A broken partition table is something a broken VM may well have.
    if (error instanceof CorruptPartitionTableError) {
      return "V1";
    }
    throw error;
  }
}
