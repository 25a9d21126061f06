import { numbers } from "./dump-writer";
import { dateToFileTime } from "./file-time";
import { guidBytes } from "./mounted-device";

const sector = 512;

/** Identifier of a volume encrypted by Windows 7 and newer. */
const bitLockerId = "4967D63B-2E29-4AD8-8399-F6A339E3D001";
const aesXts128 = 0x8004;

/** Where the three copies of the metadata begin, in bytes from the start of the volume. */
const metadataOffsets = [0x1_0000, 0x2_0000, 0x3_0000];

/**
 * The beginning of a locked BitLocker volume: boot sector, encrypted bytes, and the three copies of the metadata. It has
 * no key protectors, so nothing unlocks it.
 *
 * Layout: "BitLocker Drive Encryption (BDE) format specification" (Joachim Metz), chapters 3 and 4.
 *
 * @param size bytes of the volume
 * @param firstSector sector of the disk where the volume begins
 */
export function bitLockerVolume(size: number, firstSector: number, made: Date): Buffer {
  const volume = Buffer.alloc(0x4_0000);
  writeBootSector(volume, firstSector);
  const next = numbers(0xb17);
  for (let at = sector; at < sector + 4096; at += 4) volume.writeUInt32LE(next(), at);
  for (const offset of metadataOffsets) writeMetadata(volume.subarray(offset), size, made);
  return volume;
}

function writeBootSector(volume: Buffer, firstSector: number): void {
  volume.write("\xeb\x58\x90-FVE-FS-", 0, "latin1");
  volume.writeUInt16LE(sector, 11);
  volume.writeUInt8(8, 13);
  volume.writeUInt8(0xf8, 21);
  volume.writeUInt16LE(63, 24);
  volume.writeUInt16LE(255, 26);
  volume.writeUInt32LE(firstSector, 28);
  volume.write("NO NAME    FAT32   ", 71, "latin1");
  guidBytes(bitLockerId).copy(volume, 160);
  metadataOffsets.forEach((offset, index) => volume.writeBigUInt64LE(BigInt(offset), 176 + index * 8));
  volume.writeUInt16LE(0xaa55, 510);
}

function writeMetadata(block: Buffer, size: number, made: Date): void {
  const [headerSize, blockHeader] = [48, 64];
  block.write("-FVE-FS-", 0, "latin1");
  block.writeUInt16LE((blockHeader + headerSize) / 16, 8);
  block.writeUInt16LE(2, 10);
  block.writeUInt16LE(4, 12);
  block.writeUInt16LE(4, 14);
  block.writeBigUInt64LE(BigInt(size), 16);
  block.writeUInt32LE(16, 28);
  metadataOffsets.forEach((offset, index) => block.writeBigUInt64LE(BigInt(offset), 32 + index * 8));
  block.writeBigUInt64LE(BigInt(0x5_0000), 56);
  const header = block.subarray(blockHeader);
  header.writeUInt32LE(headerSize, 0);
  header.writeUInt32LE(1, 4);
  header.writeUInt32LE(headerSize, 8);
  header.writeUInt32LE(headerSize, 12);
  guidBytes("9A3D41C7-06E2-4B58-AF1E-2C5B70D8E913").copy(header, 16);
  header.writeUInt32LE(1, 32);
  header.writeUInt32LE(aesXts128, 36);
  header.writeBigUInt64LE(dateToFileTime(made), 40);
}
