import type { Partition } from "../../../disk";
import type { SimulatedDisk } from "../windows/simulated-disk";
import type { VolumeFacts } from "../windows/simulated-windows";
import type { Answer } from "./answer-line";
import type { Model, ModelContext } from "./run-model";

const WAIT_SECONDS = 120;
const POLL_SECONDS = 5;
const LETTERS = "F G H I J K L M N O P Q R S T U V W X Y Z E".split(" ");

/** The model of mount-os-disk.ps1. Read it beside the script: functions have the same order and names. */
export const mountOsDisk: Model = { longList: "volumes", answer };

interface Finding {
  letter: string | null;
  readonly label: string;
  readonly fileSystem: string;
  readonly size: number;
  windows: boolean;
  locked: boolean;
  readonly foreign: Foreign | null;
}

interface Foreign {
  readonly linux: boolean;
  readonly name: string;
}

async function answer(context: ModelContext): Promise<Answer> {
  const lun = lunOf(context);
  const result = newAnswer();
  const { found, waited } = await waitForCopy(context, lun);
  if (found.state === "booted") {
    const steps = ["booted-from-copy-next-1", "booted-from-copy-next-2", "booted-from-copy-next-3"];
    const reason = context.text("booted-from-copy", found.disk.number, lun);
    return { ...result, status: "booted-from-copy", reason, nextSteps: steps.map((step) => context.text(step)) };
  }
  if (found.state === "absent") {
    const reason = context.text("disk-not-found", lun, waited, diskList(context));
    const nextSteps = [context.text("disk-not-found-next-1", lun), context.text("disk-not-found-next-2")];
    return { ...result, status: "disk-not-found", reason, nextSteps };
  }
  return mounted(context, lun, found.disk, result);
}

async function mounted(context: ModelContext, lun: number, disk: SimulatedDisk, result: Answer): Promise<Answer> {
  const { windows, say, text } = context;
  const { state, image } = disk;
  const [originalId, wasOffline, offlineReason] = [state.id, state.offline, state.offlineReason];
  const style = image?.partitioning === "gpt" ? "GPT" : image?.partitioning === "mbr" ? "MBR" : "RAW";
  say(`disk ${disk.number} is at LUN ${lun}: ${style}, id ${originalId ?? ""}`);
  if (wasOffline) say(`bringing disk ${disk.number} online`);
  windows.setDisk(disk.number, { isReadOnly: offlineReason !== "Collision" });
  windows.setDisk(disk.number, { isOffline: false });
  windows.setDisk(disk.number, { isReadOnly: true });
  result.disk = {
    number: disk.number,
    lun,
    busType: disk.busType,
    partitionStyle: style,
    id: state.id,
    originalId,
    wasOffline,
    offlineReason: wasOffline ? offlineReason : null,
    readOnly: state.readOnly,
  };

  const findings = await findingsOf(context, disk);
  result.volumes = findings.map(({ letter, label, fileSystem, size, windows: isWindows }) => ({
    ...{ driveLetter: letter, label, fileSystem, size, windows: isWindows },
  }));
  const holdingWindows = findings.filter((finding) => finding.windows);
  const [first] = holdingWindows;
  if (first) {
    result.status = "mounted";
    result.driveLetter = first.letter;
    result.windowsRoot = `${first.letter ?? ""}:\\Windows`;
    if (holdingWindows.length > 1) addSentence(result, text("several-windows", holdingWindows.length));
  } else {
    setRefusal(context, result, findings);
  }
  if (state.id !== originalId) {
    addSentence(result, text("collision", state.id, originalId));
    result.nextSteps = [...result.nextSteps, text("collision-next")];
  }
  return result;
}

function lunOf(context: ModelContext): number {
  const given = context.parameter("Lun");
  const lun = Number(given);
  if (given === "" || !Number.isInteger(lun) || lun < 0 || lun > 63) {
    throw new Error(`Lun must be a whole number from 0 to 63, got "${given}"`);
  }
  return lun;
}

function newAnswer(): Answer {
  const head = { schema: 1, status: null, driveLetter: null, windowsRoot: null, disk: null };
  return { ...head, volumes: [], reason: null, nextSteps: [] };
}

type Found = { readonly state: "found" | "booted"; readonly disk: SimulatedDisk } | { readonly state: "absent" };

async function waitForCopy(context: ModelContext, lun: number): Promise<{ found: Found; waited: number }> {
  for (let waited = 0; ; waited += POLL_SECONDS) {
    const found = findCopy(context.windows.disks, lun);
    if (found.state !== "absent" || waited >= WAIT_SECONDS) return { found, waited };
    context.say(`waiting for the disk at LUN ${lun}: ${waited} of ${WAIT_SECONDS} seconds`);
    await context.sleep(POLL_SECONDS);
  }
}

function findCopy(disks: readonly SimulatedDisk[], lun: number): Found {
  const atLun = disks.filter((disk) => diskLun(disk) === lun);
  const started = atLun.find((disk) => disk.started);
  const others = atLun.filter((disk) => !disk.started && disk.ownLetter !== "D");
  if (!started) return others.length === 0 ? { state: "absent" } : { state: "found", disk: onDataController(others) };
  if (others.length > 0) {
    const last = onDataController([started, ...others]);
    return { state: last.started ? "booted" : "found", disk: last };
  }
  return lun === 0 ? { state: "absent" } : { state: "booted", disk: started };
}

function diskLun(disk: SimulatedDisk): number {
  return disk.busType === "NVMe" ? disk.scsiLogicalUnit - 1 : disk.scsiLogicalUnit;
}

function onDataController(disks: readonly SimulatedDisk[]): SimulatedDisk {
  const adapter = (disk: SimulatedDisk): number => Number(/Adapter (\d+)/.exec(disk.location)?.[1] ?? 0);
  return disks.reduce((last, disk) => {
    const later = adapter(disk) - adapter(last) || disk.number - last.number;
    return later > 0 ? disk : last;
  });
}

function diskList({ windows }: ModelContext): string {
  return windows.disks.map((disk) => `${disk.number} (${disk.busType}, LUN ${diskLun(disk)})`).join(", ");
}

async function findingsOf(context: ModelContext, disk: SimulatedDisk): Promise<Finding[]> {
  const findings: Finding[] = [];
  const largestFirst = [...context.windows.partitions(disk.number)].sort((a, b) => b.length - a.length);
  for (const partition of largestFirst) findings.push(await findingOf(context, disk, partition));
  return findings;
}

async function findingOf(context: ModelContext, disk: SimulatedDisk, partition: Partition): Promise<Finding> {
  const { windows } = context;
  const volume: VolumeFacts | null = await windows.volume(disk, partition);
  const finding: Finding = {
    letter: disk.state.letters.get(partition.number) ?? null,
    label: volume?.label ?? "",
    fileSystem: volume?.fileSystem ?? "",
    size: partition.length,
    windows: false,
    locked: false,
    foreign: foreignKind(partition),
  };
  if (finding.foreign || neverWindows(partition) || !volume) return finding;
  const given = finding.letter === null;
  const letter = finding.letter ?? freeLetter(context);
  if (given) windows.setLetter(disk.number, partition.number, letter);
  finding.letter = letter;
  if (finding.fileSystem === "NTFS" || finding.fileSystem === "ReFS") {
    const hive = await windows.find(`${letter}:\\Windows\\System32\\config\\SYSTEM`).catch(() => null);
    finding.windows = hive !== null && !hive.isFolder;
  } else if (finding.fileSystem === "") {
    finding.locked = windows.isLocked(letter) === true;
  }
  if (given && !finding.windows && !finding.locked) {
    windows.setLetter(disk.number, partition.number, null);
    finding.letter = null;
  }
  return finding;
}

function freeLetter({ windows }: ModelContext): string {
  const used = windows.letters();
  const letter = LETTERS.find((candidate) => !used.includes(candidate));
  if (!letter) throw new Error("no drive letter is free");
  return letter;
}

function foreignKind({ type }: Partition): Foreign | null {
  if (type === "Linux data" || type === "Linux LVM") return { linux: true, name: "a Linux" };
  if (type.startsWith("LDM")) return { linux: false, name: "a dynamic disk" };
  return type === "Storage Spaces" ? { linux: false, name: "a part of a Storage Spaces pool" } : null;
}

function neverWindows({ type }: Partition): boolean {
  return ["EFI system", "Microsoft reserved", "Windows recovery"].includes(type);
}

function setRefusal({ text }: ModelContext, result: Answer, findings: readonly Finding[]): void {
  const locked = findings.find((finding) => finding.locked);
  const foreign = findings.find((finding) => finding.foreign)?.foreign;
  if (locked) {
    result.status = "encrypted";
    result.driveLetter = locked.letter;
    addSentence(result, text("encrypted", locked.size));
    result.nextSteps = [text("encrypted-next-1"), text("encrypted-next-2", locked.letter)];
  } else if (foreign) {
    result.status = "unsupported";
    addSentence(result, text("unsupported", foreign.name));
    result.nextSteps = [text(foreign.linux ? "unsupported-next-linux" : "unsupported-next")];
  } else {
    result.status = "no-windows-volume";
    addSentence(result, text(findings.length === 0 ? "no-partitions" : "no-windows"));
    result.nextSteps = [text("no-windows-next")];
  }
}

function addSentence(result: Answer, sentence: string): void {
  result.reason = typeof result.reason === "string" ? `${result.reason} ${sentence}` : sentence;
}
