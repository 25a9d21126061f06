import { crc32 } from "node:zlib";
import type { ByteSource } from "../byte-source";
import { ByteView } from "../byte-view";
import { CorruptPartitionTableError } from "../errors";
import { readGuid } from "../guid";
import { gptTypes } from "./partition-types";
import type { PartitionTable, TableEntry } from "./table";

/** Bytes of entries at most: 128 entries of 128 bytes are usual, the specification sets no upper end. */
const mostEntryBytes = 1024 * 1024;

interface Header {
  readonly diskId: string;
  readonly entriesOffset: number;
  readonly entryCount: number;
  readonly entrySize: number;
  readonly entriesCrc: number;
}

/**
 * Reads a GUID partition table, from the backup at the end of the disk when the one at its start is damaged. Without a
 * backup, entries with a wrong checksum are taken as they are under a whole header, and the problem is told.
 *
 * Source: UEFI specification 2.10, chapter 5.3.
 *
 * @returns null when neither copy has the signature
 * @throws CorruptPartitionTableError when there is a table and neither copy is whole
 */
export async function readGpt(disk: ByteSource, sectorSize: number): Promise<PartitionTable | null> {
  const first = await tryTable(disk, sectorSize, sectorSize);
  if (first.table) return first.table;
  const lastSector = Math.floor(disk.size / sectorSize) * sectorSize - sectorSize;
  const last = await tryTable(disk, sectorSize, lastSector);
  if (last.table) {
    const problem = `The first partition table is damaged (${first.problem}); the backup at the end of the disk was used.`;
    return { ...last.table, problems: [problem] };
  }
  if (first.doubtful) {
    const problem = `The first partition table was used although ${first.problem}, for there is no whole backup (${last.problem}).`;
    return { ...first.doubtful, problems: [problem] };
  }
  if (!first.signature && !last.signature) return null;
  throw new CorruptPartitionTableError(
    `Both copies of the GUID partition table are damaged: ${first.problem}; at the end: ${last.problem}.`,
  );
}

interface Attempt {
  readonly table?: PartitionTable;
  /** A table whose entries have a wrong checksum under a header that is whole. */
  readonly doubtful?: PartitionTable;
  readonly signature: boolean;
  readonly problem: string;
}

async function tryTable(disk: ByteSource, sectorSize: number, offset: number): Promise<Attempt> {
  if (offset < sectorSize || offset + sectorSize > disk.size) {
    return { signature: false, problem: "the disk ends before it" };
  }
  const sector = new ByteView(await disk.read(offset, sectorSize), "the GPT header", CorruptPartitionTableError);
  if (sector.latin1(0, 8) !== "EFI PART") return { signature: false, problem: "no signature EFI PART" };
  try {
    const header = readHeader(sector, sectorSize);
    const bytes = await readEntryBytes(disk, header);
    const table = readEntries(bytes, header, sectorSize);
    if (crc32(bytes) === header.entriesCrc) return { signature: true, problem: "", table };
    return { signature: true, problem: "its entries have a wrong checksum", doubtful: table };
  } catch (error) {
    if (!(error instanceof CorruptPartitionTableError)) throw error;
    return { signature: true, problem: error.message };
  }
}

function readHeader(sector: ByteView, sectorSize: number): Header {
  const headerSize = sector.u32(12);
  if (headerSize < 92 || headerSize > sectorSize) sector.fail(`says it is ${headerSize} bytes long`);
  const copy = Buffer.from(sector.slice(0, headerSize));
  copy.fill(0, 16, 20);
  if (crc32(copy) !== sector.u32(16)) sector.fail("has a wrong checksum");
  return {
    diskId: readGuid(sector, 56),
    entriesOffset: sector.u64(72) * sectorSize,
    entryCount: sector.u32(80),
    entrySize: sector.u32(84),
    entriesCrc: sector.u32(88),
  };
}

async function readEntryBytes(disk: ByteSource, header: Header): Promise<Uint8Array> {
  const length = header.entryCount * header.entrySize;
  if (header.entrySize < 128 || length > mostEntryBytes) {
    throw new CorruptPartitionTableError(
      `${header.entryCount} entries of ${header.entrySize} bytes are no partition table`,
    );
  }
  if (header.entriesOffset + length > disk.size) {
    throw new CorruptPartitionTableError(`the entries at byte ${header.entriesOffset} lie past the end of the disk`);
  }
  return disk.read(header.entriesOffset, length);
}

function readEntries(bytes: Uint8Array, header: Header, sectorSize: number): PartitionTable {
  const view = new ByteView(bytes, "the GPT entries", CorruptPartitionTableError);
  const entries: TableEntry[] = [];
  for (let index = 0; index < header.entryCount; index++) {
    const entry = toEntry(view, index, header.entrySize, sectorSize);
    if (entry) entries.push(entry);
  }
  return { partitioning: "gpt", id: header.diskId, entries, problems: [] };
}

function toEntry(view: ByteView, index: number, entrySize: number, sectorSize: number): TableEntry | null {
  const at = index * entrySize;
  if (view.big(at) === 0n && view.big(at + 8) === 0n) return null;
  const typeId = readGuid(view, at);
  const firstSector = view.u64(at + 32);
  const lastSector = view.u64(at + 40);
  if (lastSector < firstSector)
    view.fail(`end partition ${index + 1} at sector ${lastSector}, before its start ${firstSector}`);
  const [name = ""] = view.utf16(at + 56, 72).split("\0", 1);
  return {
    number: index + 1,
    type: gptTypes[typeId] ?? typeId,
    typeId,
    // U+FFFF is no character: the field was never filled in.
    name: name.includes("\uffff") ? "" : name,
    offset: firstSector * sectorSize,
    length: (lastSector - firstSector + 1) * sectorSize,
    uniqueId: readGuid(view, at + 16),
  };
}
