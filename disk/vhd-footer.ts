import { ByteView } from "./byte-view";
import { NotAVhdError, UnsupportedDiskError } from "./errors";

/** Length of the footer that ends a VHD. */
export const vhdFooterSize = 512;

/**
 * Whether 512 bytes begin like a VHD footer.
 */
export function hasVhdCookie(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 8)).toString("latin1") === "conectix";
}

/**
 * Checks the footer of a fixed VHD, the last 512 bytes of the file, and answers the size of the disk that it states.
 *
 * Source: Virtual Hard Disk Image Format Specification 1.0 (Microsoft, 2006), "Hard Disk Footer Format"; big-endian.
 *
 * @param head the first bytes of the file, to know a dynamic VHD with a wrong checksum
 * @throws UnsupportedDiskError for a dynamic or differencing VHD
 * @throws NotAVhdError when the footer is damaged
 */
export function readVhdFooter(footer: Uint8Array, head?: Uint8Array): bigint {
  const view = new ByteView(footer, "The VHD footer", NotAVhdError);
  const data = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  const whole = data.getUint32(64) === vhdChecksum(footer);
  // Some writers of dynamic VHDs get the checksum wrong; those begin with a copy of the footer.
  if (whole || (head && hasVhdCookie(head))) refuseOtherTypes(data.getUint32(60));
  if (!whole) {
    view.fail(
      `has the checksum 0x${data.getUint32(64).toString(16)}, but its bytes give 0x${vhdChecksum(footer).toString(16)}: it is damaged. ` +
        "Download or export the VHD again.",
    );
  }
  return data.getBigUint64(48);
}

/** One's complement of the sum of the footer's bytes, the checksum field itself taken as zero. */
export function vhdChecksum(footer: Uint8Array): number {
  let sum = 0;
  footer.forEach((byte, index) => {
    if (index < 64 || index >= 68) sum += byte;
  });
  return ~sum >>> 0;
}

function refuseOtherTypes(type: number): void {
  if (type === 2) return;
  const names: Record<number, string> = { 3: "dynamic VHD", 4: "differencing VHD" };
  const form = names[type] ?? `VHD of type ${type}`;
  throw new UnsupportedDiskError(
    `This is a ${form}, and only fixed VHDs and raw disks are read (Azure takes no other). ` +
      "Convert it: qemu-img convert -f vpc -O vpc -o subformat=fixed,force_size IN.vhd OUT.vhd",
    form,
  );
}
