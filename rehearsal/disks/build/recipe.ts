import type { Expected } from "./expected";

/** A file of a sample volume. */
export interface FileRecipe {
  /** From the root, with backslashes; its folders are made along. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When it was last changed; the volume's own time when not given. */
  readonly modified?: Date;
  /** True to scatter it over pieces of 64 KiB; else it is in as few as the driver makes. */
  readonly scattered?: boolean;
  /** True to have NTFS compress it. */
  readonly compressed?: boolean;
}

/** A volume of a sample disk. */
export interface VolumeRecipe {
  readonly fileSystem: "ntfs" | "fat32";
  readonly label: string;
  readonly files: readonly FileRecipe[];
  /** Short 8.3 names by path; NTFS only. */
  readonly dosNames?: Readonly<Record<string, string>>;
  /** When files without a time of their own were changed. */
  readonly time: Date;
}

/** A volume that is written byte by byte, such as an encrypted one; zeros follow. */
export interface RawVolumeRecipe {
  readonly fileSystem: "raw";
  readonly bytes: Uint8Array;
}

/** A partition of a sample disk. */
export interface PartitionRecipe {
  /** Name in the GPT; not used for MBR. */
  readonly name: string;
  /** Type as sgdisk (GPT) or sfdisk (MBR) write it: "0700", "EF00", "7". */
  readonly type: string;
  /** GUID of a GPT partition. */
  readonly uniqueId?: string;
  readonly sizeMiB: number;
  /** Null for a partition without a file system. */
  readonly volume: VolumeRecipe | RawVolumeRecipe | null;
}

/** What a sample disk is made from. */
export interface DiskRecipe {
  readonly partitioning: "gpt" | "mbr";
  /** GPT disk GUID, or MBR signature as 8 hex digits. */
  readonly id: string;
  readonly partitions: readonly PartitionRecipe[];
  /** The right answers about this disk, as the recipe knows them; kept as expected.json. */
  readonly expected: Expected;
}
