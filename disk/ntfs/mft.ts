import type { ByteSource } from "../byte-source";
import { CorruptNtfsError, DiskError } from "../errors";
import { AttributeType, type Attribute, type NonResidentAttribute } from "./attribute";
import { longestAttributeList, readAttributeList, type ListEntry } from "./attribute-list";
import type { BootSector } from "./boot-sector";
import { readRecord, type FileRecord } from "./record";
import { decodeRuns, type Run } from "./run-list";
import { RunSource } from "./run-source";

/** Records held at most; a folder of 80,000 files must not hold them all. */
const mostRecords = 8192;

/** The first records of $MFT have a copy in $MFTMirr. */
const mirroredRecords = 4;

/** The master file table: file records by number, and the attributes of a file wherever they are. */
export class Mft {
  private readonly records = new Map<number, FileRecord>();
  private runs: Run[] = [];
  /** Pieces of $MFT's own run list that no record needed so far. */
  private piecesLeft: ListEntry[] = [];
  /** What was wrong and could be got over, in sentences. */
  readonly problems: string[] = [];

  private constructor(
    private readonly volume: ByteSource,
    readonly boot: BootSector,
  ) {}

  /**
   * Reads file record 0, which describes $MFT itself, from $MFTMirr when it is damaged.
   *
   * @throws CorruptNtfsError when both are
   */
  static async open(volume: ByteSource, boot: BootSector): Promise<Mft> {
    const mft = new Mft(volume, boot);
    const first = boot.mftCluster * boot.clusterSize;
    const record = await mft.recordOrMirror(0, () => mft.readAt(first, 0));
    mft.records.set(0, record);
    await mft.startRuns(record);
    return mft;
  }

  get volumeClusters(): number {
    return Math.floor(this.boot.volumeSize / this.boot.clusterSize);
  }

  /**
   * Reads a file record.
   *
   * @throws CorruptNtfsError when there is no such record, or it is damaged
   */
  async record(number: number): Promise<FileRecord> {
    const known = this.records.get(number);
    if (known) return known;
    const record = await this.recordOrMirror(number, () => this.readRecord(number));
    if (this.records.size >= mostRecords) this.records.clear();
    this.records.set(number, record);
    return record;
  }

  /**
   * The attributes of a file that have a type and a name, in the order of their clusters, from all its records.
   *
   * @param record a base record
   */
  async attributes(record: FileRecord, type: number, name: string): Promise<Attribute[]> {
    const list = record.attributes.find((attribute) => attribute.type === AttributeType.attributeList);
    if (!list) return record.attributes.filter((attribute) => attribute.type === type && attribute.name === name);
    const entries = (await this.listEntries(record, list)).filter(
      (entry) => entry.type === type && entry.name === name,
    );
    const found: Attribute[] = [];
    for (const entry of inOrder(entries)) found.push(await this.listed(record, entry));
    return found;
  }

  /** The attribute list of a file; null when all its attributes are in its base record. */
  async attributeList(record: FileRecord): Promise<ListEntry[] | null> {
    const list = record.attributes.find((attribute) => attribute.type === AttributeType.attributeList);
    return list ? this.listEntries(record, list) : null;
  }

  /** The attribute that an entry of a list points to. */
  async listed(base: FileRecord, entry: ListEntry): Promise<Attribute> {
    const record = entry.record === base.number ? base : await this.record(entry.record);
    const isOfBase = entry.record === base.number || record.base === base.number;
    const sameUse = entry.sequence === 0 || entry.sequence === record.sequence;
    const attribute = record.attributes.find((one) => one.type === entry.type && one.id === entry.id);
    if (!isOfBase || !sameUse || attribute?.name !== entry.name) {
      throw new CorruptNtfsError(
        `The attribute list of file record ${base.number} names an attribute of type 0x${entry.type.toString(16)} ` +
          `in record ${entry.record}, which does not hold it.`,
      );
    }
    return attribute;
  }

  /** Run list of an attribute that lies in clusters, from all its pieces. */
  runsOf(pieces: readonly NonResidentAttribute[], what: string): Run[] {
    const runs: Run[] = [];
    let next = 0;
    for (const piece of pieces) {
      if (piece.firstVcn !== next) {
        throw new CorruptNtfsError(
          `The run list of ${what} has a piece at cluster ${piece.firstVcn}; ${next} was next.`,
        );
      }
      for (const run of decodeRuns(piece.pairs, next, this.volumeClusters, what)) {
        runs.push(run);
        next += run.clusters;
      }
      if (piece.lastVcn + 1 !== next) {
        throw new CorruptNtfsError(
          `The run list of ${what} should reach cluster ${piece.lastVcn} and reaches ${next - 1}.`,
        );
      }
    }
    return runs;
  }

  /** The clusters of runs as a source. */
  clusters(runs: readonly Run[]): RunSource {
    return new RunSource(this.volume, this.boot.clusterSize, runs);
  }

  /** All of $MFT as a source. */
  async wholeTable(): Promise<RunSource> {
    while (this.piecesLeft.length > 0) await this.nextPiece(0);
    return this.clusters(this.runs);
  }

  private async listEntries(record: FileRecord, list: Attribute): Promise<ListEntry[]> {
    const what = `file record ${record.number}`;
    if (list.resident) return readAttributeList(list.value.bytes, what);
    if (list.size > longestAttributeList) {
      throw new CorruptNtfsError(
        `The attribute list of ${what} has ${list.size} bytes; NTFS allows ${longestAttributeList}.`,
      );
    }
    const source = this.clusters(this.runsOf([list], `the attribute list of ${what}`));
    return readAttributeList(await source.read(0, Math.min(list.size, source.size)), what);
  }

  private async startRuns(record: FileRecord): Promise<void> {
    const data = record.attributes.find((one) => one.type === AttributeType.data && one.name === "");
    if (!data || data.resident) throw new CorruptNtfsError("File record 0 does not say where $MFT is.");
    this.runs = decodeRuns(data.pairs, 0, this.volumeClusters, "$MFT");
    const entries = (await this.attributeList(record)) ?? [];
    const pieces = entries.filter((one) => one.type === AttributeType.data && one.name === "" && one.firstVcn > 0);
    this.piecesLeft = inOrder(pieces);
  }

  private async readRecord(number: number): Promise<FileRecord> {
    const { recordSize } = this.boot;
    const offset = number * recordSize;
    let source = this.clusters(this.runs);
    while (offset + recordSize > source.size) {
      await this.nextPiece(number);
      source = this.clusters(this.runs);
    }
    return readRecord(await source.read(offset, recordSize), number);
  }

  /**
   * Takes one more piece of $MFT's own run list. Each piece lies in a record that the pieces before it can reach, so
   * they are taken in order, and only when a record is wanted that none so far holds.
   */
  private async nextPiece(wanted: number): Promise<void> {
    const entry = this.piecesLeft.shift();
    if (!entry) throw new CorruptNtfsError(`File record ${wanted} is past the end of $MFT.`);
    const piece = await this.listed(await this.record(0), entry);
    const last = this.runs.at(-1);
    const next = last ? last.vcn + last.clusters : 0;
    if (piece.resident || piece.firstVcn !== next) {
      throw new CorruptNtfsError(
        `The run list of $MFT has a piece in record ${entry.record} that does not continue it.`,
      );
    }
    this.runs = [...this.runs, ...decodeRuns(piece.pairs, next, this.volumeClusters, "$MFT")];
  }

  private async recordOrMirror(number: number, read: () => Promise<FileRecord>): Promise<FileRecord> {
    try {
      return await read();
    } catch (error) {
      if (number >= mirroredRecords || !(error instanceof CorruptNtfsError)) throw error;
      const { mftMirrorCluster, clusterSize, recordSize } = this.boot;
      const record = await this.readAt(mftMirrorCluster * clusterSize + number * recordSize, number).catch(
        (second: unknown) => {
          throw second instanceof DiskError ? error : second;
        },
      );
      this.problems.push(`File record ${number} is damaged (${error.message}); its copy in $MFTMirr was used.`);
      return record;
    }
  }

  private async readAt(offset: number, number: number): Promise<FileRecord> {
    return readRecord(await this.volume.read(offset, this.boot.recordSize), number);
  }
}

function inOrder(entries: readonly ListEntry[]): ListEntry[] {
  return entries.toSorted((one, other) => one.firstVcn - other.firstVcn);
}
