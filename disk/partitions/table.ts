/** An entry of a partition table, as it says. */
export interface TableEntry {
  /** 1 for the first; logical partitions of an MBR disk count from 5. */
  readonly number: number;
  /** Type in words, such as "basic data"; for an unknown type the GUID, or 0x and two hex digits. */
  readonly type: string;
  /** GUID of the type in capitals, or 0x and two hex digits. */
  readonly typeId: string;
  /** Name in a GPT entry; empty for MBR. */
  readonly name: string;
  /** Byte offset on the disk. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** GUID of the partition in capitals; null for MBR. */
  readonly uniqueId: string | null;
}

/** A whole partition table. */
export interface PartitionTable {
  readonly partitioning: "gpt" | "mbr";
  /** GPT disk GUID in capitals, or the MBR disk signature as 8 hex digits. */
  readonly id: string;
  readonly entries: readonly TableEntry[];
  /** What was wrong and could be got over, in sentences. */
  readonly problems: readonly string[];
}
