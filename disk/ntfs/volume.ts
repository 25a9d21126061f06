import type { ByteSource } from "../byte-source";
import { CorruptNtfsError, isVolumeDamage, ReparsePointError } from "../errors";
import { identifyFileSystem } from "../partitions/file-system";
import { refusalOf } from "../unreadable-forms";
import { AttributeType } from "./attribute";
import { readBootSector, readBootSectorCopy, type BootSector } from "./boot-sector";
import { readFileName } from "./file-name";
import { FolderIndex, type NamedEntry } from "./folder-index";
import { Mft } from "./mft";
import { factsOfName, factsOfRecord, NtfsFile } from "./ntfs-file";
import { partsOf, resolvePath } from "./path";
import type { FileRecord } from "./record";
import { scanNames } from "./record-scan";
import { UpCase } from "./up-case";
import { readVolumeState, type VolumeState } from "./volume-state";

const rootRecord = 5;

/** Windows follows at most 63 reparse points in one path. */
const mostReparsePoints = 63;

/** A path has at most 32,767 characters; folders deeper than this go round in a circle. */
const deepestPath = 1024;

const sectorLength = 512;

/** Folders whose index is kept open. */
const mostIndexes = 256;

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
    this.upCase = new UpCase(mft);
  }

  /**
   * Opens the volume in a partition.
   *
   * @throws NotNtfsError
   * @throws UnsupportedDiskError for BitLocker and ReFS
   * @throws CorruptNtfsError when its first structures are damaged, and their copies too
   */
  static async open(bytes: ByteSource): Promise<NtfsVolume> {
    const sector = await bytes.read(0, Math.min(sectorLength, bytes.size));
    const refusal = refusalOf(identifyFileSystem(sector), "The volume");
    if (refusal) throw refusal;
    try {
      return await NtfsVolume.openBy(bytes, sector);
    } catch (error) {
      if (!isVolumeDamage(error)) throw error;
      const copy = await readBootSectorCopy(bytes);
      const volume = copy && (await NtfsVolume.openBy(bytes, copy).catch(() => null));
      if (!volume) throw error;
      volume.mft.problems.push(`The boot sector is damaged (${error.message}); its copy at the end was used.`);
      return volume;
    }
  }

  private static async openBy(bytes: ByteSource, sector: Uint8Array): Promise<NtfsVolume> {
    const boot = readBootSector(sector);
    const mft = await Mft.open(bytes, boot);
    return new NtfsVolume(boot, mft, await readVolumeState(mft));
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
   * @param options `beginning`: only names that begin so, case aside; of a long index only a part is read then
   * @throws CorruptNtfsError
   */
  async list(path: string, options: { readonly beginning?: string } = {}): Promise<NtfsFile[]> {
    const folder = await this.find(path);
    if (!folder) return [];
    const index = await this.index(folder.record);
    const base = folder.path === "\\" ? "" : folder.path;
    const entries = options.beginning ? index.entriesBeginning(options.beginning) : index.entries();
    return (await entries)
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

  /**
   * Looks for a name in every file record, not in the indexes of folders: the second opinion when `find` reports damage
   * or a doubtful "not found". It reads all of $MFT, about 1 KiB for every file of the volume.
   */
  async scan(name: string): Promise<NtfsFile[]> {
    const found = new Map<string, NtfsFile>();
    for await (const one of scanNames(this.mft)) {
      if ((await this.upCase.compare(one.name, name)) !== 0) continue;
      const record = await this.mft.record(one.record);
      const path = `${await this.pathOf(one.parent)}\\${one.name}`;
      found.set(path, new NtfsFile(this.mft, await factsOfRecord(this.mft, record, one.name, path)));
    }
    return [...found.values()];
  }

  /** Path of a folder by the names in file records; empty for the root, `?` where the way up is lost. */
  private async pathOf(folder: number): Promise<string> {
    const parts: string[] = [];
    let number = folder;
    while (number !== rootRecord && parts.length < deepestPath) {
      const record = await this.mft.record(number).catch(() => null);
      const names = record ? await this.mft.attributes(record, AttributeType.fileName, "").catch(() => []) : [];
      const [name] = names
        .flatMap((one) => (one.resident ? [readFileName(one.value)] : []))
        .filter((one) => !one.isDosName);
      if (!record?.inUse || !name) return ["", "?", ...parts].join("\\");
      parts.unshift(name.name);
      number = name.parent;
    }
    return ["", ...parts].join("\\");
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
    return this.walk([...resolvePath(base, local ? (local[1] ?? "") : target), ...rest], linksLeft - 1);
  }

  private async child(folder: NtfsFile, wanted: string): Promise<NtfsFile | null> {
    const index = await this.index(folder.record);
    const { found, neighbours } = await index.find(wanted);
    if (!found) {
      for (const entry of neighbours) await this.recordOf(entry, folder, true);
      return null;
    }
    const record = await this.recordOf(found, folder);
    const name = found.key.isDosName ? longName(record, folder.record, found.key.name) : found.key.name;
    const path = `${folder.path === "\\" ? "" : folder.path}\\${name}`;
    return new NtfsFile(this.mft, await factsOfRecord(this.mft, record, name, path));
  }

  /**
   * The record of an index entry, which must carry the same name.
   *
   * @param everywhere true to look for the name in all records of the file; else a file of several is believed
   */
  private async recordOf(entry: NamedEntry, folder: NtfsFile, everywhere = false): Promise<FileRecord> {
    const record = await this.mft.record(entry.record);
    const what = `The index of ${folder.path} says that ${JSON.stringify(entry.key.name)} is file record ${entry.record}`;
    if (!record.inUse || record.base !== null || (entry.sequence !== 0 && entry.sequence !== record.sequence)) {
      throw new CorruptNtfsError(
        `${what} in its use ${entry.sequence}, but that record is free or in use ${record.sequence}.`,
      );
    }
    if (record.isDirectory !== entry.key.isDirectory) {
      throw new CorruptNtfsError(`${what}, and they disagree whether it is a folder.`);
    }
    const isOne = !record.attributes.some((attribute) => attribute.type === AttributeType.attributeList);
    if (!isOne && !everywhere) return record;
    const names = await this.mft.attributes(record, AttributeType.fileName, "");
    const own = names.map((attribute) => (attribute.resident ? readFileName(attribute.value).name : ""));
    if (!own.includes(entry.key.name)) {
      throw new CorruptNtfsError(
        `${what}, but that record is named ${own.map((name) => JSON.stringify(name)).join(", ")}.`,
      );
    }
    return record;
  }

  private async root(): Promise<NtfsFile> {
    const record = await this.mft.record(rootRecord);
    if (!record.isDirectory || !record.inUse)
      throw new CorruptNtfsError("File record 5, the root folder, is no folder.");
    return new NtfsFile(this.mft, await factsOfRecord(this.mft, record, "", "\\"));
  }

  private index(record: number): Promise<FolderIndex> {
    let index = this.indexes.get(record);
    if (!index) {
      index = this.mft.record(record).then((folder) => FolderIndex.open(this.mft, this.upCase, folder));
      index.catch(() => this.indexes.delete(record));
      if (this.indexes.size >= mostIndexes) this.indexes.clear();
      this.indexes.set(record, index);
    }
    return index;
  }
}

/** The long name of a file in a folder that was found by its short one. */
function longName(record: FileRecord, folder: number, dosName: string): string {
  const names = record.attributes
    .filter((attribute) => attribute.type === AttributeType.fileName)
    .map((attribute) => (attribute.resident ? readFileName(attribute.value) : null));
  return names.find((name) => name && !name.isDosName && name.parent === folder)?.name ?? dosName;
}
