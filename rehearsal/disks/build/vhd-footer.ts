import { randomBytes } from "node:crypto";

/**
 * Footer of a fixed VHD for a disk of some size, to be put behind its last byte.
 *
 * Source: Virtual Hard Disk Image Format Specification 1.0 (Microsoft, 2006), "Hard Disk Footer Format"; big-endian.
 *
 * @param size bytes of the disk, a multiple of 512
 */
export function writeVhdFooter(size: number): Buffer {
  const footer = Buffer.alloc(512);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x0001_0000, 12);
  footer.writeBigUInt64BE(0xffff_ffff_ffff_ffffn, 16);
  footer.writeUInt32BE(Math.floor((Date.now() - Date.UTC(2000, 0, 1)) / 1000), 24);
  footer.write("win ", 28, "latin1");
  footer.writeUInt32BE(0x000a_0000, 32);
  footer.write("Wi2k", 36, "latin1");
  footer.writeBigUInt64BE(BigInt(size), 40);
  footer.writeBigUInt64BE(BigInt(size), 48);
  const { cylinders, heads, sectors } = geometry(size / 512);
  footer.writeUInt16BE(cylinders, 56);
  footer.writeUInt8(heads, 58);
  footer.writeUInt8(sectors, 59);
  footer.writeUInt32BE(2, 60);
  randomBytes(16).copy(footer, 68);
  let sum = 0;
  for (const byte of footer) sum += byte;
  footer.writeUInt32BE(~sum >>> 0, 64);
  return footer;
}

/** The specification's "CHS Calculation". */
function geometry(total: number): { cylinders: number; heads: number; sectors: number } {
  const count = Math.min(total, 65535 * 16 * 255);
  if (count >= 65535 * 16 * 63) return { cylinders: Math.floor(count / 255 / 16), heads: 16, sectors: 255 };
  let sectors = 17;
  let perSector = Math.floor(count / sectors);
  let heads = Math.max(4, Math.floor((perSector + 1023) / 1024));
  if (perSector >= heads * 1024 || heads > 16) {
    sectors = 31;
    heads = 16;
    perSector = Math.floor(count / sectors);
  }
  if (perSector >= heads * 1024) {
    sectors = 63;
    heads = 16;
    perSector = Math.floor(count / sectors);
  }
  return { cylinders: Math.floor(perSector / heads), heads, sectors };
}
