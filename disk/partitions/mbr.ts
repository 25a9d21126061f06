import type { ByteSource } from "../byte-source";
import { ByteView } from "../byte-view";
import { CorruptPartitionTableError } from "../errors";
import { identifyFileSystem } from "./file-system";
import { mbrTypes, noType } from "./partition-types";
import type { PartitionTable, TableEntry } from "./table";

/** Windows numbers at most 128 partitions; a chain of more logical ones is a loop. */
const mostLogicalPartitions = 128;

const sectorSize = 512;

interface Slot {
  readonly type: number;
  readonly start: number;
  readonly sectors: number;
}

/** Whether a sector ends in the boot signature that an MBR must have. */
export function hasBootSignature(sector: Uint8Array): boolean {
  return sector[510] === 0x55 && sector[511] === 0xaa;
}

/** Whether the MBR is only the protective one of a GPT disk, or a hybrid of both. */
export function announcesGpt(sector: Uint8Array): boolean {
  return slotsOf(sector, "The MBR").some((slot) => slot.type === 0xee);
}

/** Whether an entry starts at sector 1, as that of a protective MBR does; its type may be damaged. */
export function mayHideGpt(sector: Uint8Array): boolean {
  return slotsOf(sector, "The MBR").some((slot) => slot.start === 1);
}

/** Whether a sector without boot signature holds an entry that can be nothing else than a partition. */
export function looksLikeMbr(sector: Uint8Array, diskSize: number): boolean {
  return slotsOf(sector, "The MBR").some((slot) => slot.start > 0 && isInside(slot, diskSize));
}

/**
 * Reads a classic partition table with its extended partitions.
 *
 * Primary partitions are numbered by their slot, 1 to 4, logical ones from 5, as Windows and Linux do.
 * Source: "Disk Sectors on GPT and MBR Disks" (Microsoft, Windows Server 2003 technical reference).
 *
 * @throws CorruptPartitionTableError
 */
export async function readMbr(disk: ByteSource, sector: Uint8Array): Promise<PartitionTable> {
  const entries: TableEntry[] = [];
  const problems: string[] = [];
  const slots = slotsOf(sector, "The MBR");
  if (!hasBootSignature(sector)) problems.push("The MBR has no boot signature; its entries were read all the same.");
  for (const [index, slot] of slots.entries()) {
    if (isExtended(slot)) continue;
    // An entry without a type may be a damaged one: it counts when a file system is found where it points.
    if (slot.type === 0 ? isInside(slot, disk.size) : !isEmpty(slot)) entries.push(toEntry(index + 1, slot));
    else if (slot.type !== 0 || slot.start !== 0 || slot.sectors !== 0) {
      problems.push(`Entry ${index + 1} of the MBR is damaged: only some of type, start and length are there.`);
    }
  }
  for (const [index, slot] of slots.entries()) {
    if (!isExtended(slot)) continue;
    if (await holdsVolume(disk, slot)) {
      entries.push(toEntry(index + 1, slot));
      problems.push(`Partition ${index + 1} is called extended, but a file system begins where it does.`);
    } else {
      await readExtended(disk, slot, entries, problems);
    }
  }
  const id = new ByteView(sector, "The MBR", CorruptPartitionTableError).u32(440);
  return { partitioning: "mbr", id: id.toString(16).toUpperCase().padStart(8, "0"), entries, problems };
}

/** Follows the chain of extended boot records; each holds one logical partition and points to the next. */
async function readExtended(
  disk: ByteSource,
  container: Slot,
  entries: TableEntry[],
  problems: string[],
): Promise<void> {
  const seen = new Set<number>();
  let number = Math.max(4, ...entries.map((entry) => entry.number)) + 1;
  for (let start: number | undefined = container.start; start !== undefined;) {
    if (seen.has(start) || seen.size >= mostLogicalPartitions) {
      throw new CorruptPartitionTableError(
        `The chain of extended boot records comes back to sector ${start}, or has more than ${mostLogicalPartitions} links.`,
      );
    }
    seen.add(start);
    if ((start + 1) * sectorSize > disk.size) {
      problems.push(`The extended boot record at sector ${start} lies past the end of the disk (${disk.size} bytes).`);
      return;
    }
    const sector = await disk.read(start * sectorSize, sectorSize);
    if (!hasBootSignature(sector)) {
      problems.push(
        `The extended boot record at sector ${start} has no boot signature; logical partitions may be missing.`,
      );
      return;
    }
    const slots = slotsOf(sector, `The extended boot record at sector ${start}`);
    for (const slot of slots) {
      if (isEmpty(slot) || isExtended(slot)) continue;
      entries.push(toEntry(number++, { ...slot, start: start + slot.start }));
    }
    const next: Slot | undefined = slots.find(isExtended);
    start = next && container.start + next.start;
  }
}

async function holdsVolume(disk: ByteSource, slot: Slot): Promise<boolean> {
  const offset = slot.start * sectorSize;
  return offset + sectorSize <= disk.size && identifyFileSystem(await disk.read(offset, sectorSize)) !== null;
}

function isInside(slot: Slot, diskSize: number): boolean {
  return slot.start > 0 && slot.sectors > 0 && (slot.start + slot.sectors) * sectorSize <= diskSize;
}

function slotsOf(sector: Uint8Array, what: string): Slot[] {
  const view = new ByteView(sector, what, CorruptPartitionTableError);
  return [446, 462, 478, 494].map((offset) => ({
    type: view.u8(offset + 4),
    start: view.u32(offset + 8),
    sectors: view.u32(offset + 12),
  }));
}

function isEmpty(slot: Slot): boolean {
  return slot.type === 0 || slot.sectors === 0;
}

function isExtended(slot: Slot): boolean {
  return (slot.type === 0x05 || slot.type === 0x0f || slot.type === 0x85) && slot.sectors > 0;
}

function toEntry(number: number, slot: Slot): TableEntry {
  const typeId = `0x${slot.type.toString(16).toUpperCase().padStart(2, "0")}`;
  return {
    number,
    type: slot.type === 0 ? noType : (mbrTypes[slot.type] ?? typeId),
    typeId,
    name: "",
    offset: slot.start * sectorSize,
    length: slot.sectors * sectorSize,
    uniqueId: null,
  };
}
