/**
 * Partition types by GUID that a Windows disk may have, and what the kit calls them.
 *
 * Source: "PARTITION_INFORMATION_GPT" (Microsoft Learn, winioctl.h); EFI and Linux types by the UEFI specification
 * and the Discoverable Partitions Specification.
 */
export const gptTypes: Readonly<Record<string, string>> = {
  "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7": "basic data",
  "C12A7328-F81F-11D2-BA4B-00A0C93EC93B": "EFI system",
  "E3C9E316-0B5C-4DB8-817D-F92DF00215AE": "Microsoft reserved",
  "DE94BBA4-06D1-4D40-A16A-BFD50179D6AC": "Windows recovery",
  "5808C8AA-7E8F-42E0-85D2-E1E90434CFB3": "LDM metadata",
  "AF9B60A0-1431-4F62-BC68-3311714A69AD": "LDM data",
  "E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D": "Storage Spaces",
  "0FC63DAF-8483-4772-8E79-3D69D8477DE4": "Linux data",
  "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709": "Linux root",
  "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F": "Linux swap",
  "E6D6D379-F507-44C2-A23C-238F2A3DF928": "Linux LVM",
  "21686148-6449-6E6F-744E-656564454649": "BIOS boot",
};

/** Partition types by the type byte of an MBR entry. Source: the same table for "PARTITION_INFORMATION_MBR". */
export const mbrTypes: Readonly<Record<number, string>> = {
  0x01: "FAT12",
  0x04: "FAT16",
  0x06: "FAT16",
  0x07: "NTFS or exFAT",
  0x0b: "FAT32",
  0x0c: "FAT32",
  0x0e: "FAT16",
  0x27: "Windows recovery",
  0x42: "LDM data",
  0x82: "Linux swap",
  0x83: "Linux data",
  0x8e: "Linux LVM",
  0xef: "EFI system",
};

/** Types that hold no file system of their own: their boot sectors are not read. */
export const typesWithoutFileSystem: ReadonlySet<string> = new Set([
  "Microsoft reserved",
  "LDM metadata",
  "LDM data",
  "Storage Spaces",
  "BIOS boot",
  "Linux swap",
]);

/** Types of partitions that hold NTFS almost always. */
export const typesOfNtfs: ReadonlySet<string> = new Set(["basic data", "NTFS or exFAT", "Windows recovery"]);

/** Types that never hold an installation of Windows. */
export const typesWithoutWindows: ReadonlySet<string> = new Set(["EFI system", "Windows recovery"]);

/** What an MBR entry is called that has a place and no type. */
export const noType = "no type";
