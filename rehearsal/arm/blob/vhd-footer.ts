import { vhdChecksum, vhdFooterSize } from "../../../disk/vhd-footer";

/** Length of the footer at the end of a fixed VHD, in bytes. */
export const VHD_FOOTER_LENGTH = vhdFooterSize;

const SECTOR = 512;
const SECONDS_FROM_1970_TO_2000 = 946_684_800;

/**
 * The 512 bytes at the end of a fixed VHD (Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format";
 * all fields big-endian).
 *
 * @param size bytes of the disk, a whole number of sectors
 * @param uniqueId 16 bytes
 */
export function makeVhdFooter(size: number, uniqueId: Uint8Array, created: Date): Buffer {
  const footer = Buffer.alloc(VHD_FOOTER_LENGTH);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8); // features: the reserved bit is always set
  footer.writeUInt32BE(0x0001_0000, 12); // format version
  footer.writeBigUInt64BE(0xffff_ffff_ffff_ffffn, 16); // data offset: none, the disk is fixed
  footer.writeUInt32BE(Math.floor(created.getTime() / 1000) - SECONDS_FROM_1970_TO_2000, 24);
  footer.write("win ", 28, "latin1");
  footer.writeUInt32BE(0x000a_0000, 32);
  footer.write("Wi2k", 36, "latin1");
  footer.writeBigUInt64BE(BigInt(size), 40);
  footer.writeBigUInt64BE(BigInt(size), 48);
  const geometry = chsGeometry(size / SECTOR);
  footer.writeUInt16BE(geometry.cylinders, 56);
  footer.writeUInt8(geometry.heads, 58);
  footer.writeUInt8(geometry.sectors, 59);
  footer.writeUInt32BE(2, 60); // disk type: fixed
  footer.set(uniqueId.subarray(0, 16), 68);
  footer.writeUInt32BE(vhdChecksum(footer), 64);
  return footer;
}

/** Cylinders, heads and sectors a track as the appendix "CHS Calculation" of the VHD specification derives them. */
function chsGeometry(totalSectors: number): { cylinders: number; heads: number; sectors: number } {
  const sectorCount = Math.min(totalSectors, 65535 * 16 * 255);
  if (sectorCount >= 65535 * 16 * 63) {
    return { cylinders: Math.floor(sectorCount / 255 / 16), heads: 16, sectors: 255 };
  }
  let sectors = 17;
  let heads = Math.max(4, Math.ceil(Math.floor(sectorCount / sectors) / 1024));
  if (heads * 1024 <= Math.floor(sectorCount / sectors) || heads > 16) {
    sectors = 31;
    heads = 16;
  }
  if (heads * 1024 <= Math.floor(sectorCount / sectors)) {
    sectors = 63;
    heads = 16;
  }
  return { cylinders: Math.floor(sectorCount / sectors / heads), heads, sectors };
}
