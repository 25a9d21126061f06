import type { ByteSource } from "../byte-source";
import { ByteView } from "../byte-view";
import { CorruptNtfsError, NotNtfsError } from "../errors";

/** Parameters of an NTFS volume, from its boot sector. Sizes are in bytes. */
export interface BootSector {
  readonly sectorSize: number;
  readonly clusterSize: number;
  /** Size of the volume that the boot sector describes; the partition is a sector longer. */
  readonly volumeSize: number;
  readonly recordSize: number;
  readonly indexBlockSize: number;
  /** Cluster at which $MFT starts. */
  readonly mftCluster: number;
  /** Cluster of the copy of the first records of $MFT. */
  readonly mftMirrorCluster: number;
  /** Volume serial number, 16 hex digits in capitals. */
  readonly serial: string;
}

const signatureText = "NTFS    ";

/**
 * Reads the boot sector of an NTFS volume.
 *
 * Source: "NTFS boot sector" (Microsoft, Windows 2000 Resource Kit, chapter "Disk concepts and troubleshooting");
 * clusters above 64 KiB as a negative power of two: "FORMAT" /A with 128K to 2M since Windows 10 1709.
 *
 * @param sector at least the first 512 bytes of the volume
 * @throws NotNtfsError when the signature is another
 * @throws CorruptNtfsError when a size is none that NTFS has
 */
export function readBootSector(sector: Uint8Array): BootSector {
  const view = new ByteView(sector, "The NTFS boot sector", CorruptNtfsError);
  const signature = view.latin1(3, 8);
  if (signature !== signatureText) {
    throw new NotNtfsError(
      `The volume is not NTFS: its first sector says ${JSON.stringify(signature)} instead of "${signatureText}".`,
    );
  }
  const sectorSize = view.u16(11);
  requireSize(view, "sector", sectorSize, 256, 4096);
  const clusterSize = clusterSizeOf(view.u8(13), sectorSize);
  requireSize(view, "cluster", clusterSize, 512, 2 * 1024 * 1024);
  const recordSize = sizeOf(view.i8(64), clusterSize);
  requireSize(view, "file record", recordSize, 512, 64 * 1024);
  const indexBlockSize = sizeOf(view.i8(68), clusterSize);
  requireSize(view, "index block", indexBlockSize, 512, 2 * 1024 * 1024);
  const boot = {
    sectorSize,
    clusterSize,
    volumeSize: view.u64(40) * sectorSize,
    recordSize,
    indexBlockSize,
    mftCluster: view.u64(48),
    mftMirrorCluster: view.u64(56),
    serial: view.big(72).toString(16).toUpperCase().padStart(16, "0"),
  };
  if (!Number.isSafeInteger(boot.volumeSize) || boot.volumeSize === 0)
    view.fail(`says the volume has ${boot.volumeSize} bytes`);
  return boot;
}

/** Above 0x80 the byte is a negative power of two of sectors. */
function clusterSizeOf(byte: number, sectorSize: number): number {
  return byte <= 0x80 ? byte * sectorSize : 2 ** (256 - byte) * sectorSize;
}

/** Positive: a number of clusters. Negative: the size is 2 to that power. */
function sizeOf(value: number, clusterSize: number): number {
  return value > 0 ? value * clusterSize : 2 ** -value;
}

function requireSize(view: ByteView, what: string, size: number, least: number, most: number): void {
  if (size < least || size > most || !Number.isInteger(Math.log2(size))) {
    view.fail(`says that a ${what} has ${size} bytes; NTFS has a power of two from ${least} to ${most}`);
  }
}

/** The copy of the boot sector, in the last sector of the partition; null when it is not there. */
export async function readBootSectorCopy(bytes: ByteSource): Promise<Uint8Array | null> {
  for (const sectorSize of [512, 4096]) {
    if (bytes.size < 2 * sectorSize) return null;
    const copy = await bytes.read(bytes.size - sectorSize, 512);
    if (Buffer.from(copy.subarray(3, 11)).toString("latin1") === signatureText) return copy;
  }
  return null;
}
