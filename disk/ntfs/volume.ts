import type { ByteSource } from "../byte-source";
import { CorruptNtfsError, OutOfRangeError, ReparsePointError } from "../errors";
import { AttributeType } from "./attribute";
import { readBootSector, type BootSector } from "./boot-sector";
import { readFileName } from "./file-name";
import { FolderIndex, type NamedEntry } from "./folder-index";
import { Mft } from "./mft";
import { factsOfName, factsOfRecord, NtfsFile } from "./ntfs-file";
import type { FileRecord } from "./record";
import { openStream } from "./stream";
import { UpCase } from "./up-case";

const rootRecord = 5;
const volumeRecord = 3;
const upCaseRecord = 10;

/** Windows follows at most 63 reparse points in one path. */
const mostReparsePoints = 63;

const dirtyFlag = 0x0001;

/** An NTFS volume. Nothing is read before it is asked for, and nothing is ever written. */
export class NtfsVolume {
  /** Volume label; empty when it has none. */
  readonly label: string;
  /** True when Windows did not unmount the volume; the journal is not replayed, so the last seconds may be missing. */
  readonly dirty: boolean;
  /** Version of NTFS, such as "3.1"; null when $Volume cannot be read. */
  readonly version: string | null;
  private readonly upCase: UpCase;
  private readonly indexes = new Map<number, Promise<FolderIndex>>();

  private constructor(
    private readonly boot: BootSector,
    private readonly mft: Mft,
    state: VolumeState,
  ) {
    this.label = state.label;
    this.dirty = state.dirty;
    this.version = state.version;
    this.upCase = new UpCase(() => this.loadUpCase());
  }

  /**
   * Opens the volume in a partition.
   *
   * @throws NotNtfsError
   * @throws CorruptNtfsError when its first structures are damaged, and their copies too
   */
  static async open(bytes: ByteSource): Promise<NtfsVolume> {
    const boot = readBootSector(await bytes.read(0, Math.min(512, bytes.size)));
    const mft = await Mft.open(bytes, boot);
    return new NtfsVolume(boot, mft, await readState(mft));
  }

  /** Volume serial number, 16 hex digits in capitals. */
  get serial(): string {
    return this.boot.serial;
  }

  /** Bytes that the file system spans. */
  get size(): number {
    return this.boot.volumeSize;
  }

  get sectorSize(): number {
    return this.boot.sectorSize;
  }

  get clusterSize(): number {
    return this.boot.clusterSize;
  }

  get recordSize(): number {
    return this.boot.recordSize;
  }

  get indexBlockSize(): number {
    return this.boot.indexBlockSize;
  }

  get mftCluster(): number {
    return this.boot.mftCluster;
  }

  get mftMirrorCluster(): number {
    return this.boot.mftMirrorCluster;
  }

  /** What was wrong and could be got over, in sentences. */
  get problems(): readonly string[] {
    return this.mft.problems;
  }

  /**
   * Finds a file or folder by its path, such as `\Windows\MEMORY.DMP`, case aside. Links that stay on the volume are
   * followed, but for one that is itself the end of the path.
   *
   * @returns null when no such name is in the index of its folder
   * @throws CorruptNtfsError when the index contradicts itself or the file records, so that "not found" would be a guess
   * @throws ReparsePointError when the path leads off the volume
   */
  async find(path: string): Promise<NtfsFile | null> {
    return this.walk(partsOf(path), mostReparsePoints);
  }

  /**
   * Lists a folder in the order of its index.
   *
   * Sizes and times come from the index, which is one read; Windows updates them when a file is closed. `find` tells
   * the file's own.
   *
   * @throws CorruptNtfsError
   */
  async list(path: string): Promise<NtfsFile[]> {
    const folder = await this.find(path);
    if (!folder) return [];
    const index = await this.index(folder.record);
    const base = folder.path === "\\" ? "" : folder.path;
    return (await index.entries())
      .filter((entry) => !entry.key.isDosName && entry.key.name !== ".")
      .map((entry) => new NtfsFile(this.mft, factsOfName(entry.key, entry.record, `${base}\\${entry.key.name}`)));
  }

  /**
   * A file by the number of its record, for those that no folder names.
   *
   * @throws CorruptNtfsError when there is no such record
   */
  async fileOfRecord(number: number): Promise<NtfsFile> {
    const record = await this.mft.record(number);
    const [name] = await this.mft.attributes(record, AttributeType.fileName, "");
    const known = name?.resident ? readFileName(name.value).name : `record ${number}`;
    return new NtfsFile(this.mft, await factsOfRecord(this.mft, record, known, known));
  }

  private async walk(parts: readonly string[], linksLeft: number): Promise<NtfsFile | null> {
    let file = await this.root();
    for (const [index, part] of parts.entries()) {
      if (file.reparse?.target) {
        return this.follow(file, parts.slice(index), linksLeft);
      }
      if (!file.isDirectory) return null;
      const next = await this.child(file, part);
      if (!next) return null;
      file = next;
    }
    return file;
  }

  private async follow(link: NtfsFile, rest: readonly string[], linksLeft: number): Promise<NtfsFile | null> {
    if (linksLeft === 0)
      throw new ReparsePointError(`${link.path} leads through more than ${mostReparsePoints} links.`);
    const target = link.reparse?.target ?? "";
    const local = /^(?:\\\?\?\\)?c:(\\.*)?$/i.exec(target);
    if (!local && !link.reparse?.relative) {
      throw new ReparsePointError(`${link.path} leads to ${target}, which is not on this volume.`);
    }
    const base = local ? [] : partsOf(link.path).slice(0, -1);
    return this.walk([...resolve(base, local ? (local[1] ?? "") : target), ...rest], linksLeft - 1);
  }

  private async child(folder: NtfsFile, wanted: string): Promise<NtfsFile | null> {
    const index = await this.index(folder.record);
    const { found, neighbours } = await index.find(wanted);
    if (!found) {
      for (const entry of neighbours) await this.recordOf(entry, folder);
      return null;
    }
    const record = await this.recordOf(found, folder);
    const name = found.key.isDosName ? longName(record, folder.record, found.key.name) : found.key.name;
    const path = `${folder.path === "\\" ? "" : folder.path}\\${name}`;
    return new NtfsFile(this.mft, await factsOfRecord(this.mft, record, name, path));
  }

  /** The record of an index entry, which must carry the same name. */
  private async recordOf(entry: NamedEntry, folder: NtfsFile): Promise<FileRecord> {
    const record = await this.mft.record(entry.record);
    const what = `The index of ${folder.path} says that ${JSON.stringify(entry.key.name)} is file record ${entry.record}`;
    if (!record.inUse || record.base !== null || (entry.sequence !== 0 && entry.sequence !== record.sequence)) {
      throw new CorruptNtfsError(
        `${what} in its use ${entry.sequence}, but that record is free or in use ${record.sequence}.`,
      );
    }
    const names = record.attributes.filter((attribute) => attribute.type === AttributeType.fileName);
    const own = names.map((attribute) => (attribute.resident ? readFileName(attribute.value).name : ""));
    // With an attribute list, further names are in other records, which are not read for this check.
    const all = !record.attributes.some((attribute) => attribute.type === AttributeType.attributeList);
    if (all && !own.includes(entry.key.name)) {
      throw new CorruptNtfsError(
        `${what}, but that record is named ${own.map((name) => JSON.stringify(name)).join(", ")}.`,
      );
    }
    return record;
  }

  private async root(): Promise<NtfsFile> {
    const record = await this.mft.record(rootRecord);
    return new NtfsFile(this.mft, await factsOfRecord(this.mft, record, "", "\\"));
  }

  private index(record: number): Promise<FolderIndex> {
    let index = this.indexes.get(record);
    if (!index) {
      index = this.mft.record(record).then((folder) => FolderIndex.open(this.mft, this.upCase, folder));
      this.indexes.set(record, index);
    }
    return index;
  }

  private async loadUpCase(): Promise<Uint16Array> {
    const record = await this.mft.record(upCaseRecord);
    const source = openStream(this.mft, await this.mft.attributes(record, AttributeType.data, ""), "$UpCase");
    if (source.size !== 131_072) throw new CorruptNtfsError(`$UpCase has ${source.size} bytes instead of 131,072.`);
    const bytes = Buffer.from(await source.read(0, source.size));
    return Uint16Array.from({ length: 65_536 }, (_, index) => bytes.readUInt16LE(index * 2));
  }
}

interface VolumeState {
  readonly label: string;
  readonly dirty: boolean;
  readonly version: string | null;
}

async function readState(mft: Mft): Promise<VolumeState> {
  try {
    const record = await mft.record(volumeRecord);
    const name = record.attributes.find((one) => one.type === AttributeType.volumeName);
    const information = record.attributes.find((one) => one.type === AttributeType.volumeInformation);
    if (!information?.resident) throw new CorruptNtfsError("File record 3 ($Volume) tells no volume flags.");
    const { value } = information;
    return {
      label: name?.resident ? name.value.utf16(0, name.value.size) : "",
      dirty: (value.u16(10) & dirtyFlag) !== 0,
      version: `${value.u8(8)}.${value.u8(9)}`,
    };
  } catch (error) {
    if (!(error instanceof CorruptNtfsError || error instanceof OutOfRangeError)) throw error;
    mft.problems.push(`The state of the volume is unknown: ${error.message}`);
    return { label: "", dirty: true, version: null };
  }
}

/** The long name of a file in a folder that was found by its short one. */
function longName(record: FileRecord, folder: number, dosName: string): string {
  const names = record.attributes
    .filter((attribute) => attribute.type === AttributeType.fileName)
    .map((attribute) => (attribute.resident ? readFileName(attribute.value) : null));
  return names.find((name) => name && !name.isDosName && name.parent === folder)?.name ?? dosName;
}

/** Parts of a path; a slash counts as a backslash, since no name holds one. */
function partsOf(path: string): string[] {
  return path.split(/[\\/]/).filter((part) => part !== "");
}

function resolve(base: readonly string[], target: string): string[] {
  const parts = [...base];
  for (const part of partsOf(target)) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts;
}
