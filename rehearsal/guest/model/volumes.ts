import type { Partition } from "../../../disk";
import { WindowsError } from "../windows/errors";
import type { SimulatedDisk } from "../windows/simulated-disk";
import type { VolumeFacts } from "../windows/simulated-windows";
import type { ModelContext } from "./run-model";

const LETTERS = "F G H I J K L M N O P Q R S T U V W X Y Z E".split(" ");

/** What is on a partition. The model of parts/volumes.ps1. */
export interface Finding {
  letter: string | null;
  label: string;
  fileSystem: string;
  readonly size: number;
  windows: boolean;
  hiveTime: string;
  bitLocker: "locked" | "unlocked" | null;
  keyProblem: string | null;
  dirty: boolean | null;
  foreign: Foreign | null;
  problem: string | null;
}

interface Foreign {
  readonly linux: boolean;
  readonly name: string;
}

/** Looks at every partition of a disk, the largest first. */
export async function findingsOf(context: ModelContext, disk: SimulatedDisk): Promise<Finding[]> {
  const findings: Finding[] = [];
  const largestFirst = [...context.windows.partitions(disk.number)].sort((a, b) => b.length - a.length);
  for (const partition of largestFirst) {
    const finding = newFinding(disk, partition);
    await setFinding(context, finding, disk, partition);
    findings.push(finding);
  }
  return findings;
}

function newFinding(disk: SimulatedDisk, partition: Partition): Finding {
  return {
    letter: disk.state.letters.get(partition.number) ?? null,
    label: "",
    fileSystem: "",
    size: partition.length,
    windows: false,
    hiveTime: "",
    bitLocker: null,
    keyProblem: null,
    dirty: null,
    foreign: foreignKind(partition),
    problem: null,
  };
}

async function setFinding(
  context: ModelContext,
  finding: Finding,
  disk: SimulatedDisk,
  partition: Partition,
): Promise<void> {
  const { windows, text } = context;
  const volume = await setFileSystem(context, finding, disk, partition);
  if (finding.foreign || neverWindows(partition) || !volume) return;
  const { fileSystem: kind } = partition;
  if (finding.fileSystem === "" && kind && FOREIGN_SIGNATURES[kind]) {
    finding.foreign = FOREIGN_SIGNATURES[kind];
    return;
  }
  finding.letter ??= addLetter(context, disk, partition);
  if (finding.letter && windows.hasBitLocker) finding.bitLocker = windows.bitLocker(finding.letter) ?? null;
  if (finding.fileSystem === "" && kind === "bitlocker") finding.bitLocker = "locked";
  if (!finding.letter) {
    finding.problem = text("no-letter", finding.size);
    return;
  }
  if (finding.bitLocker === "locked") await openEncrypted(context, finding, finding.letter, disk, partition);
  if (finding.fileSystem === "NTFS" || finding.fileSystem === "ReFS") {
    await setWindows(context, finding, finding.letter);
  } else if (finding.fileSystem === "" && finding.bitLocker !== "locked") {
    finding.problem = text("unreadable", finding.size);
  }
}

async function setFileSystem(
  { windows }: ModelContext,
  finding: Finding,
  disk: SimulatedDisk,
  partition: Partition,
): Promise<VolumeFacts | null> {
  const volume = await windows.volume(disk, partition);
  finding.label = volume?.label ?? "";
  finding.fileSystem = volume?.fileSystem ?? "";
  return volume;
}

async function openEncrypted(
  context: ModelContext,
  finding: Finding,
  letter: string,
  disk: SimulatedDisk,
  partition: Partition,
): Promise<void> {
  if (context.parameter("RecoveryKey") === "" || !context.windows.hasBitLocker) return;
  finding.keyProblem = unlockVolume(context, letter);
  if (finding.keyProblem !== null) return;
  finding.bitLocker = "unlocked";
  await setFileSystem(context, finding, disk, partition);
}

/** Tries the recovery key that was given. Says what stood in the way; null when it is unlocked. */
export function unlockVolume(context: ModelContext, letter: string): string | null {
  const { windows, say, text } = context;
  const key = context.parameter("RecoveryKey");
  if (!/^\d{6}(-\d{6}){7}$/.test(key)) return text("key-malformed");
  say(`unlocking volume ${letter}:`);
  try {
    windows.unlock(letter, key);
    return null;
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return text("key-refused", letter, error.message.replaceAll(key, "(recovery key)"));
  }
}

async function setWindows({ windows }: ModelContext, finding: Finding, letter: string): Promise<void> {
  const hive = await windows.find(`${letter}:\\Windows\\System32\\config\\SYSTEM`).catch(() => null);
  finding.windows = hive !== null && !hive.isFolder;
  finding.hiveTime = hive?.modified ?? "";
  finding.dirty = await windows.isDirty(letter);
}

function addLetter({ windows }: ModelContext, disk: SimulatedDisk, partition: Partition): string | null {
  const used = windows.letters();
  const letter = LETTERS.find((candidate) => !used.includes(candidate)) ?? null;
  if (letter) windows.setLetter(disk.number, partition.number, letter);
  return letter;
}

const FOREIGN_SIGNATURES: Readonly<Record<string, Foreign>> = {
  ext: { linux: true, name: "a Linux (ext)" },
  xfs: { linux: true, name: "a Linux (XFS)" },
  lvm: { linux: true, name: "a Linux (LVM)" },
  luks: { linux: true, name: "an encrypted Linux (LUKS)" },
  refs: { linux: false, name: "a ReFS volume of a version that this VM does not know" },
};

const STORAGE_SPACES_ON_MBR = "0xE7";

function foreignKind({ type, typeId }: Partition): Foreign | null {
  if (type === "Linux data" || type === "Linux LVM") return { linux: true, name: "a Linux" };
  if (type.startsWith("LDM")) return { linux: false, name: "a dynamic disk" };
  return type === "Storage Spaces" || typeId === STORAGE_SPACES_ON_MBR
    ? { linux: false, name: "a part of a Storage Spaces pool" }
    : null;
}

function neverWindows({ type }: Partition): boolean {
  return ["EFI system", "Microsoft reserved", "Windows recovery"].includes(type);
}
