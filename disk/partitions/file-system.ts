/** A file system, or what stands in its place, as its first sector shows it. */
export type FileSystem = "ntfs" | "fat" | "exfat" | "bitlocker" | "refs" | "ext" | "lvm" | "luks" | "xfs";

/** Bytes from the start of a volume that `identifyFileSystem` looks at. */
export const identifyingBytes = 4096;

/**
 * Names the file system of a volume by its first bytes; null when they are of none that is known.
 *
 * BitLocker covers Azure Disk Encryption and BitLocker To Go; also a volume whose key lies open, or that is decrypted
 * and not yet tidied up, keeps the BitLocker signature.
 * Sources: the file systems' own specifications; for BitLocker the libbde documentation (Joachim Metz), chapter 3.
 */
export function identifyFileSystem(head: Uint8Array): FileSystem | null {
  const text = (offset: number, length: number): string =>
    Buffer.from(head.subarray(offset, offset + length)).toString("latin1");
  if (text(3, 8) === "-FVE-FS-" || isBitLockerToGo(head)) return "bitlocker";
  if (text(3, 8) === "NTFS    ") return "ntfs";
  if (text(3, 8) === "EXFAT   ") return "exfat";
  if (text(3, 4) === "ReFS" && text(16, 4) === "FSRS") return "refs";
  if (text(0, 4) === "XFSB") return "xfs";
  if (text(0, 6) === "LUKS\xba\xbe") return "luks";
  if (text(512, 8) === "LABELONE") return "lvm";
  if (head[1080] === 0x53 && head[1081] === 0xef) return "ext";
  if (isFat(head, text)) return "fat";
  return null;
}

function isFat(head: Uint8Array, text: (offset: number, length: number) => string): boolean {
  const jumps = head[0] === 0xeb || head[0] === 0xe9;
  return jumps && (text(82, 5) === "FAT32" || text(54, 3) === "FAT");
}

const bitLockerToGo = Buffer.from("3bd66749292ed84a8399f6a339e3d001", "hex");

function isBitLockerToGo(head: Uint8Array): boolean {
  return bitLockerToGo.equals(head.subarray(424, 440));
}
