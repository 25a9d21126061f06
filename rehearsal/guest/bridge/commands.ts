import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

import { MemorySource, type Partition } from "../../../disk";
import { NotSimulatedError, WindowsError } from "../windows/errors";
import type { LoadedHives, ValueFacts } from "../windows/loaded-hives";
import type { SimulatedDisk } from "../windows/simulated-disk";
import type { FileFacts, SimulatedWindows, VolumeFacts } from "../windows/simulated-windows";

/** What a command answers from. */
export interface Simulation {
  readonly windows: SimulatedWindows;
  readonly hives: LoadedHives;
}

/** Parameters of a command, by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A Windows command that scripts may call. Answers what becomes its output in PowerShell; null for nothing. */
export type Command = (simulation: Simulation, parameters: Parameters) => unknown;

/** Every Windows command that is simulated. A new one is a line here and a function in fakes.psm1. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  "Get-Disk": ({ windows }, { Number: number }) =>
    (number === undefined ? windows.disks : [windows.disk(Number(number))]).map(diskObject),
  "Set-Disk": ({ windows }, { Number: number, IsOffline, IsReadOnly }) => {
    windows.setDisk(Number(number), { isOffline: asFlag(IsOffline), isReadOnly: asFlag(IsReadOnly) });
  },
  "Update-HostStorageCache": () => null,
  "Get-Partition": ({ windows }, { DiskNumber, DriveLetter }) => {
    if (DriveLetter !== undefined) {
      const place = windows.partitionOf(asLetter(DriveLetter));
      return [partitionObject(place.disk, place.partition)];
    }
    const disk = windows.disk(Number(DiskNumber));
    if (disk.ownLetter) return [ownPartition(disk)];
    return windows.partitions(disk.number).map((partition) => partitionObject(disk, partition));
  },
  "Set-Partition": ({ windows }, { DiskNumber, PartitionNumber, NewDriveLetter }) => {
    windows.setLetter(Number(DiskNumber), Number(PartitionNumber), String(NewDriveLetter).toUpperCase());
  },
  "Remove-PartitionAccessPath": ({ windows }, { DiskNumber, PartitionNumber }) => {
    windows.setLetter(Number(DiskNumber), Number(PartitionNumber), null);
  },
  "Get-Volume": async ({ windows }, { DiskNumber, PartitionNumber, DriveLetter }) =>
    DriveLetter === undefined
      ? getVolumes(windows, DiskNumber, PartitionNumber)
      : volumeWithLetter(windows, asLetter(DriveLetter)),
  "Get-CimInstance": ({ windows }, { ClassName, Filter }) => getInstance(windows, String(ClassName), Filter),
  "Test-BitLockerFeature": ({ windows }) => windows.hasBitLocker,
  "Get-BitLockerVolume": ({ windows }, { MountPoint }) => bitLockerVolume(windows, String(MountPoint)),
  "Unlock-BitLocker": ({ windows }, { MountPoint, RecoveryPassword }) => {
    windows.unlock(String(MountPoint).slice(0, 1).toUpperCase(), String(RecoveryPassword));
    return bitLockerVolume(windows, String(MountPoint));
  },
  "Read-FirstBytes": async ({ windows }, { DiskNumber }) => firstBytes(windows, Number(DiskNumber)),
  "fsutil.exe": async ({ windows }, { Arguments }) => queryValidData(windows, asTexts(Arguments)),
  "reg.exe": async (simulation, { Arguments }) => runReg(simulation, asTexts(Arguments)),
  "Find-Path": async ({ windows, hives }, { Path }) => {
    const path = String(Path);
    if (isRegistry(path)) return (await hives.key(path)) && { isFolder: true, isKey: true };
    const found = await windows.find(path);
    return found && fileObject(path, found);
  },
  "New-ItemProperty": async ({ hives }, { Path, Name, Value, PropertyType }) => {
    const kind = String(PropertyType) as ValueFacts["kind"];
    await hives.setValue(String(Path), String(Name), { kind, data: Value as ValueFacts["data"] });
  },
  "Remove-ItemProperty": async ({ hives }, { Path, Name }) => hives.setValue(String(Path), String(Name), null),
  "Write-File": ({ windows }, { Path, Bytes }) => {
    windows.write(String(Path), Buffer.from(String(Bytes), "base64"));
  },
  "Remove-File": ({ windows }, { Path }) => {
    windows.remove(String(Path));
  },
  "Move-File": async ({ windows }, { From, To }) => windows.move(String(From), String(To)),
  "Get-Key": async ({ hives }, { Path }) => hives.key(String(Path)),
  "Get-ChildItem": async ({ windows }, { Path }) => {
    const folder = String(Path);
    const files = await windows.list(folder);
    return files.map((file) => fileObject(`${folder.replace(/\\+$/, "")}\\${file.name}`, file));
  },
};

/** As the BitLocker module's BitLockerVolume: of a locked volume it cannot tell how far it is encrypted. */
function bitLockerVolume(windows: SimulatedWindows, mountPoint: string): unknown {
  const state = windows.bitLocker(mountPoint.slice(0, 1).toUpperCase());
  if (state === undefined) throw new WindowsError(`${mountPoint} does not have an associated BitLocker volume.`);
  const VolumeStatus = state === "locked" ? null : state === "unlocked" ? "FullyEncrypted" : "FullyDecrypted";
  const ProtectionStatus = state === "locked" ? "Unknown" : state === "unlocked" ? "On" : "Off";
  return {
    MountPoint: mountPoint,
    LockStatus: state === "locked" ? "Locked" : "Unlocked",
    VolumeStatus,
    ProtectionStatus,
  };
}

/** Where the partitions of a disk begin, and their first bytes: what a read of `\\.\PhysicalDriveN` there gives. */
async function firstBytes(windows: SimulatedWindows, diskNumber: number): Promise<unknown[]> {
  const partitions = windows.partitions(diskNumber).filter((partition) => partition.length >= FIRST_BYTES);
  return Promise.all(
    partitions.map(async ({ offset, bytes }) => ({
      offset,
      bytes: Buffer.from(await bytes.read(0, FIRST_BYTES)).toString("base64"),
    })),
  );
}

const FIRST_BYTES = 4096;

function isRegistry(path: string): boolean {
  return /^HKLM:/i.test(path);
}

function asFlag(value: unknown): boolean | undefined {
  return value === undefined ? undefined : value === true || value === "True";
}

function asLetter(value: unknown): string {
  return String(value).toUpperCase();
}

function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** As MSFT_Disk: https://learn.microsoft.com/windows-hardware/drivers/storage/msft-disk */
function diskObject(disk: SimulatedDisk): Record<string, unknown> {
  const { image, state } = disk;
  const style = disk.ownLetter || disk.started ? "GPT" : "RAW";
  const partitionStyle = image?.partitioning === "gpt" ? "GPT" : image?.partitioning === "mbr" ? "MBR" : style;
  return {
    Number: disk.number,
    FriendlyName: disk.busType === "NVMe" ? "MSFT NVMe Accelerator v1.0" : "Msft Virtual Disk",
    BusType: disk.busType,
    Location: disk.location,
    Size: disk.size,
    PartitionStyle: partitionStyle,
    Guid: partitionStyle === "GPT" && state.id ? `{${state.id.toLowerCase()}}` : null,
    Signature: partitionStyle === "MBR" && state.id ? parseInt(state.id, 16) : null,
    IsBoot: disk.started,
    IsSystem: disk.started,
    IsOffline: state.offline,
    OfflineReason: state.offlineReason,
    IsReadOnly: state.readOnly,
    OperationalStatus: state.offline ? "Offline" : "Online",
  };
}

/** As MSFT_Partition: https://learn.microsoft.com/windows-hardware/drivers/storage/msft-partition */
function partitionObject(disk: SimulatedDisk, partition: Partition): Record<string, unknown> {
  const gpt = disk.image?.partitioning === "gpt";
  return {
    DiskNumber: disk.number,
    PartitionNumber: partition.number,
    DriveLetter: disk.state.letters.get(partition.number) ?? null,
    Offset: partition.offset,
    Size: partition.length,
    GptType: gpt ? `{${partition.typeId.toLowerCase()}}` : null,
    MbrType: gpt ? null : Number(partition.typeId),
    Guid: partition.uniqueId && `{${partition.uniqueId.toLowerCase()}}`,
  };
}

/** The only partition that is shown of the VM's own OS disk and of its temporary disk. */
function ownPartition(disk: SimulatedDisk): Record<string, unknown> {
  const type = { GptType: "{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}", MbrType: null };
  return {
    DiskNumber: disk.number,
    PartitionNumber: 1,
    DriveLetter: disk.ownLetter,
    Offset: 0,
    Size: disk.size,
    ...type,
  };
}

async function getVolumes(
  windows: SimulatedWindows,
  diskNumber: unknown,
  partitionNumber: unknown,
): Promise<unknown[]> {
  if (diskNumber === undefined) {
    const all = windows.disks.map((disk) => volumesOf(windows, disk));
    return (await Promise.all(all)).flat().map((volume) => volumeObject(volume));
  }
  const disk = windows.disk(Number(diskNumber));
  if (disk.ownLetter) return [volumeObject(ownVolume(disk))];
  const partition = windows.partitions(disk.number).find((candidate) => candidate.number === Number(partitionNumber));
  const volume = partition && (await windows.volume(disk, partition));
  return volume ? [volumeObject(volume)] : [];
}

/** A volume with what is free of it, which takes a look at all its clusters. */
async function volumeWithLetter(windows: SimulatedWindows, letter: string): Promise<unknown[]> {
  const { disk, partition } = windows.partitionOf(letter);
  const volume = await windows.volume(disk, partition);
  return volume ? [{ ...volumeObject(volume), SizeRemaining: await windows.freeSpace(letter) }] : [];
}

async function volumesOf(windows: SimulatedWindows, disk: SimulatedDisk): Promise<VolumeFacts[]> {
  if (disk.ownLetter) return [ownVolume(disk)];
  const volumes = await Promise.all(windows.partitions(disk.number).map((one) => windows.volume(disk, one)));
  return volumes.filter((volume) => volume !== null);
}

function ownVolume(disk: SimulatedDisk): VolumeFacts {
  const label = disk.ownLetter === "D" ? "Temporary Storage" : "Windows";
  return { letter: disk.ownLetter, label, fileSystem: "NTFS", size: disk.size };
}

/** As MSFT_Volume: https://learn.microsoft.com/windows-hardware/drivers/storage/msft-volume */
function volumeObject(volume: VolumeFacts): Record<string, unknown> {
  return {
    DriveLetter: volume.letter,
    FileSystemLabel: volume.label,
    FileSystem: volume.fileSystem,
    Size: volume.size,
  };
}

function fileObject(path: string, file: FileFacts): Record<string, unknown> {
  return { name: file.name, fullName: path, isFolder: file.isFolder, size: file.size, modified: file.modified };
}

async function getInstance(windows: SimulatedWindows, className: string, filter: unknown): Promise<unknown> {
  const letter = /^DriveLetter = '([A-Z]):'$/.exec(String(filter))?.[1];
  if (className === "Win32_Volume" && letter) {
    return { DriveLetter: `${letter}:`, DirtyBitSet: await windows.isDirty(letter) };
  }
  const index = /^Index = (\d+)$/.exec(String(filter))?.[1];
  if (className !== "Win32_DiskDrive" || !index) {
    throw new NotSimulatedError(`Get-CimInstance ${className} with the filter ${String(filter)}`);
  }
  const disk = windows.disk(Number(index));
  return { Index: disk.number, SCSILogicalUnit: disk.scsiLogicalUnit, SCSITargetId: 0, SCSIBus: 0 };
}

/** fsutil.exe file queryvaliddata. Answers what it prints and its exit code. */
async function queryValidData(
  windows: SimulatedWindows,
  [area, verb, path = "", ...more]: string[],
): Promise<Record<string, unknown>> {
  if (area !== "file" || verb?.toLowerCase() !== "queryvaliddata" || more.length > 0) {
    throw new NotSimulatedError(`fsutil.exe ${area ?? ""} ${verb ?? ""}`);
  }
  try {
    const length = await windows.validLength(path);
    return { output: `Valid Data Length is 0x${length.toString(16)} (${length})`, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return { output: `Error:  ${error.message}`, exitCode: 1 };
  }
}

/** reg.exe load and unload. Answers what it prints and its exit code. */
async function runReg({ hives }: Simulation, [verb, key = "", file = ""]: string[]): Promise<unknown> {
  const name = /^HKLM\\([^\\]+)$/i.exec(key)?.[1];
  if ((verb !== "load" && verb !== "unload") || !name) throw new NotSimulatedError(`reg.exe ${verb ?? ""} ${key}`);
  try {
    if (verb === "load") await loadFile(hives, name, file);
    else {
      const changed = hives.unload(name);
      if (changed?.file) await writeFile(changed.file, changed.bytes);
    }
    return { output: "The operation completed successfully.", exitCode: 0 };
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return { output: `ERROR: ${error.message}`, exitCode: 1 };
  }
}

async function loadFile(hives: LoadedHives, name: string, file: string): Promise<void> {
  if (/^[A-Za-z]:/.test(file)) {
    throw new NotSimulatedError(
      `reg.exe load of ${file}: a hive on the copy must never be loaded, because that writes to it`,
    );
  }
  if (!existsSync(file)) throw new WindowsError("The system cannot find the file specified.");
  const logs = [".LOG1", ".LOG2"].map((ending) => file + ending).filter((log) => existsSync(log));
  const [hive, ...rest] = await Promise.all(
    [file, ...logs].map(async (path) => new MemorySource(await readFile(path))),
  );
  if (hive) await hives.load(name, hive, rest, file);
}
