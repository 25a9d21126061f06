import { DiskError, MemorySource, NtfsVolume, type ByteSource, type NtfsFile, type Partition } from "../../../disk";
import type { GuestMachine } from "../index";
import { ChangedFiles, type ChangedFile } from "./changed-files";
import { NotSimulatedError, WindowsError } from "./errors";
import type { Mounts } from "./mounts";
import { disksOf, hasVolume, type SimulatedDisk } from "./simulated-disk";

/** A file or folder as a script sees it. */
export interface FileFacts {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** ISO 8601 in UTC with seven decimals; null when the volume tells no valid time. */
  readonly modified: string | null;
}

/** A volume as Get-Volume answers it. */
export interface VolumeFacts {
  readonly letter: string | null;
  readonly label: string;
  /** As Windows writes it; empty when it knows none. */
  readonly fileSystem: string;
  readonly size: number;
}

const FILE_SYSTEMS: Readonly<Record<string, string>> = { ntfs: "NTFS", refs: "ReFS", fat: "FAT32", exfat: "exFAT" };

/** What commands see on a simulated VM: disks, volumes and files, from the bytes of the attached disks. */
export class SimulatedWindows {
  private readonly volumes = new Map<ByteSource, Promise<NtfsVolume | null>>();

  private constructor(
    readonly disks: readonly SimulatedDisk[],
    /** Whether BitLocker, a feature of Windows Server, is installed. */
    readonly hasBitLocker: boolean,
  ) {}

  static async start(machine: GuestMachine, mounts: Mounts): Promise<SimulatedWindows> {
    return new SimulatedWindows(await disksOf(machine, mounts), machine.hasBitLocker ?? true);
  }

  /** @throws WindowsError when no disk has this number */
  disk(number: number): SimulatedDisk {
    const disk = this.disks.find((candidate) => candidate.number === number);
    if (!disk) throw new WindowsError(`No MSFT_Disk objects found with property 'Number' equal to '${number}'.`);
    return disk;
  }

  /** Takes a disk online or offline, or protects it from writing. */
  setDisk(number: number, change: { isOffline?: boolean; isReadOnly?: boolean }): void {
    const { state, image } = this.disk(number);
    if (change.isReadOnly !== undefined) state.readOnly = change.isReadOnly;
    if (change.isOffline === undefined) return;
    if (!change.isOffline && state.offlineReason === "Collision") {
      if (state.readOnly) throw new WindowsError("The media is write protected.");
      state.id = changedId(image?.id ?? null);
    }
    if (!change.isOffline && state.offline) state.volumesWritable = !state.readOnly;
    if (change.isOffline) state.unlocked.clear();
    state.offline = change.isOffline;
    state.offlineReason = change.isOffline ? "Policy" : null;
  }

  /** Partitions of a disk that is online. */
  partitions(number: number): readonly Partition[] {
    const { state, image } = this.disk(number);
    return state.offline || !image || image.partitioning === "none" ? [] : image.partitions;
  }

  /** The volume in a partition; null where Windows makes none. */
  async volume(disk: SimulatedDisk, partition: Partition): Promise<VolumeFacts | null> {
    if (!hasVolume(partition)) return null;
    const { fileSystem } = contentOf(disk, partition);
    const ntfs = await this.openVolume(disk, partition);
    const known = fileSystem === "ntfs" && !ntfs ? null : fileSystem;
    return {
      letter: disk.state.letters.get(partition.number) ?? null,
      label: ntfs?.label ?? "",
      fileSystem: known ? (FILE_SYSTEMS[known] ?? "") : "",
      size: partition.length,
    };
  }

  /**
   * The partition that has a drive letter, and its disk.
   *
   * @throws WindowsError when none has
   */
  partitionOf(letter: string): { disk: SimulatedDisk; partition: Partition } {
    const place = this.place(letter);
    if (!place)
      throw new WindowsError(`No MSFT_Partition objects found with property 'DriveLetter' equal to '${letter}'.`);
    return place;
  }

  /** Free bytes of the volume with this letter, from its bitmap of clusters; null when that cannot be read. */
  async freeSpace(letter: string): Promise<number | null> {
    const { disk, partition } = this.partitionOf(letter);
    const volume = await this.openVolume(disk, partition);
    const bitmap = await (await volume?.find("\\$Bitmap"))?.open();
    if (!volume || !bitmap) return null;
    const clusters = Math.floor(volume.size / volume.clusterSize);
    const used = Buffer.from(await bitmap.read(0, Math.ceil(clusters / 8)));
    let free = 0;
    for (let cluster = 0; cluster < clusters; cluster++) {
      if (((used[cluster >> 3] ?? 0) & (1 << (cluster & 7))) === 0) free++;
    }
    return free * volume.clusterSize;
  }

  /** Bytes of a file that its file system knows to be written; it reads the rest as zeros. */
  async validLength(path: string): Promise<number> {
    const file = await this.file(path);
    if (!file || file.isDirectory) throw new WindowsError("The system cannot find the file specified.");
    const tail = (await asWindows(path, () => file.extents()))?.at(-1);
    return tail?.at === null ? tail.offset : file.size;
  }

  /** Every drive letter in use. */
  letters(): string[] {
    const own = this.disks.flatMap((disk) => (disk.ownLetter ? [disk.ownLetter] : []));
    const online = this.disks.filter((disk) => !disk.state.offline);
    return [...own, ...online.flatMap((disk) => [...disk.state.letters.values()])].sort();
  }

  /** @throws WindowsError when the letter is taken or there is no such partition */
  setLetter(number: number, partitionNumber: number, letter: string | null): void {
    const disk = this.disk(number);
    const partition = this.partitions(number).find((candidate) => candidate.number === partitionNumber);
    if (!partition) throw new WindowsError("No matching MSFT_Partition objects found.");
    if (letter === null) disk.state.letters.delete(partitionNumber);
    else if (this.letters().includes(letter)) throw new WindowsError("The requested access path is already in use.");
    else disk.state.letters.set(partitionNumber, letter);
  }

  /** What BitLocker is to the volume with this letter: null for a volume that is not encrypted; undefined without such a volume. */
  bitLocker(letter: string): "locked" | "unlocked" | null | undefined {
    const place = this.place(letter);
    if (!place) return undefined;
    if (place.partition.fileSystem !== "bitlocker") return null;
    return place.disk.state.unlocked.has(place.partition.number) ? "unlocked" : "locked";
  }

  /** @throws WindowsError when the key does not fit, or the volume is not encrypted */
  unlock(letter: string, recoveryKey: string): void {
    const place = this.place(letter);
    if (place?.partition.fileSystem !== "bitlocker") {
      throw new WindowsError(`${letter}: does not have an associated BitLocker volume.`);
    }
    const clear = place.disk.unlock?.(place.partition.number, recoveryKey);
    if (!clear) throw new WindowsError("The BitLocker encryption key cannot be obtained from the recovery password.");
    place.disk.state.unlocked.set(place.partition.number, clear);
  }

  /** Whether the volume with this letter is marked dirty; null when that cannot be told. */
  async isDirty(letter: string): Promise<boolean | null> {
    const place = this.place(letter);
    const volume = place && (await this.openVolume(place.disk, place.partition));
    return volume?.dirty ?? null;
  }

  /**
   * What is at a path such as `F:\Windows`; null when nothing is.
   *
   * @throws WindowsError when the volume is damaged there
   * @throws NotSimulatedError for a path on the VM's own disks
   */
  async find(path: string): Promise<FileFacts | null> {
    const { letter, rest } = split(path);
    if (rest === "\\" && this.letters().includes(letter))
      return { name: `${letter}:\\`, isFolder: true, size: 0, modified: null };
    const changed = this.changed(path)?.file;
    if (changed) return changed.bytes && changedFacts(changed);
    const file = await this.file(path);
    return file && factsOf(file);
  }

  /** Lists a folder. */
  async list(path: string): Promise<FileFacts[]> {
    const { letter, rest } = split(path);
    const volume = await this.volumeOf(letter, path);
    const files = volume ? await asWindows(path, async () => (await volume.list(rest)).map(factsOf)) : [];
    const changed = this.changed(path)?.files.in(rest) ?? [];
    const others = files.filter(({ name }) => !changed.some((one) => one.name.toUpperCase() === name.toUpperCase()));
    return [...others, ...changed.filter(({ bytes }) => bytes !== null).map(changedFacts)];
  }

  /** Writes a whole file. @throws WindowsError when the volume is not mounted for writing */
  write(path: string, bytes: Uint8Array): void {
    this.writable(path).write(split(path).rest, bytes);
  }

  /** @throws WindowsError when the volume is not mounted for writing */
  remove(path: string): void {
    this.writable(path).remove(split(path).rest);
  }

  /** Renames a file on its volume, over another one if there is one. @throws WindowsError as writing does */
  async move(from: string, to: string): Promise<void> {
    const source = await this.open(from);
    this.write(to, await source.read(0, source.size));
    this.remove(from);
  }

  /** The changed files of a volume that is mounted for writing. */
  private writable(path: string): ChangedFiles {
    const { letter } = split(path);
    const place = this.place(letter);
    if (!place) throw new WindowsError(`Could not find a part of the path '${path}'.`);
    const { state } = place.disk;
    if (!state.volumesWritable || state.readOnly) throw new WindowsError("The media is write protected.");
    let files = state.changed.get(place.partition.number);
    if (!files) state.changed.set(place.partition.number, (files = new ChangedFiles()));
    return files;
  }

  /** What scripts changed on the volume of a path; undefined when nothing. */
  private changed(path: string): { files: ChangedFiles; file: ChangedFile | undefined } | undefined {
    const { letter, rest } = split(path);
    const place = this.place(letter);
    const files = place?.disk.state.changed.get(place.partition.number);
    return files && { files, file: files.get(rest) };
  }

  /** @throws WindowsError when the file is not there, or is encrypted or damaged */
  async open(path: string): Promise<ByteSource> {
    const changed = this.changed(path)?.file;
    if (changed?.bytes) return new MemorySource(changed.bytes);
    if (changed) throw new WindowsError(`Could not find file '${path}'.`);
    const file = await this.file(path);
    if (!file || file.isDirectory) throw new WindowsError(`Could not find file '${path}'.`);
    return asWindows(path, () => file.open());
  }

  private async file(path: string): Promise<NtfsFile | null> {
    const { letter, rest } = split(path);
    const volume = await this.volumeOf(letter, path);
    return volume && asWindows(path, () => volume.find(rest));
  }

  private async volumeOf(letter: string, path: string): Promise<NtfsVolume | null> {
    if (this.disks.some((disk) => disk.ownLetter === letter)) {
      throw new NotSimulatedError(`what is at ${path}: only the attached disks are simulated, not the VM's own`);
    }
    const place = this.place(letter);
    return place && this.openVolume(place.disk, place.partition);
  }

  private place(letter: string): { disk: SimulatedDisk; partition: Partition } | null {
    for (const disk of this.disks) {
      for (const partition of this.partitions(disk.number)) {
        if (disk.state.letters.get(partition.number) === letter) return { disk, partition };
      }
    }
    return null;
  }

  private openVolume(disk: SimulatedDisk, partition: Partition): Promise<NtfsVolume | null> {
    const { bytes, fileSystem } = contentOf(disk, partition);
    if (fileSystem !== "ntfs") return Promise.resolve(null);
    let volume = this.volumes.get(bytes);
    if (!volume) {
      volume = NtfsVolume.open(bytes).catch(nullWhenDamaged);
      this.volumes.set(bytes, volume);
    }
    return volume;
  }
}

/** What is in a partition as Windows sees it: in clear when it is unlocked. */
function contentOf(disk: SimulatedDisk, partition: Partition): Pick<Partition, "bytes" | "fileSystem"> {
  const clear = disk.state.unlocked.get(partition.number);
  return clear ? { bytes: clear, fileSystem: "ntfs" } : partition;
}

/** Windows shows a volume that it cannot mount as RAW. */
function nullWhenDamaged(error: unknown): null {
  if (error instanceof DiskError) return null;
  throw error;
}

async function asWindows<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new WindowsError(`The file or directory is corrupted and unreadable. : '${path}'`, { cause: error });
  }
}

function split(path: string): { letter: string; rest: string } {
  const match = /^([A-Za-z]):(\\.*)?$/s.exec(path.replaceAll("/", "\\"));
  if (!match) throw new NotSimulatedError(`the path ${path}: only paths with a drive letter are`);
  return { letter: (match[1] ?? "").toUpperCase(), rest: match[2]?.replace(/(?<=.)\\+$/, "") ?? "\\" };
}

function changedFacts({ name, bytes, modified }: ChangedFile): FileFacts {
  return { name, isFolder: false, size: bytes?.length ?? 0, modified };
}

function factsOf(file: NtfsFile): FileFacts {
  return { name: file.name, isFolder: file.isDirectory, size: file.size, modified: file.modified };
}

/** What Windows makes of an id that collides: random there, and the last digit turned here, so that runs are alike. */
function changedId(id: string | null): string | null {
  return id && id.slice(0, -1) + (parseInt(id.slice(-1), 16) ^ 1).toString(16).toUpperCase();
}
