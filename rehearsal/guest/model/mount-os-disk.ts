import type { SimulatedDisk } from "../windows/simulated-disk";
import type { Answer } from "./answer-line";
import { setOnline } from "./disk-online";
import { diskList, lunOf, waitForCopy } from "./find-copy";
import type { Model, ModelContext } from "./run-model";
import { findingsOf, type Finding } from "./volumes";

const MOST_TOLD = 4;

/** The model of mount-os-disk.ps1. Read it beside the script: functions have the same order and names. */
export const mountOsDisk: Model = { longList: "volumes", answer };

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
  const { say, text } = context;
  const { state, image } = disk;
  const [originalId, wasOffline, offlineReason] = [state.id, state.offline, state.offlineReason];
  const style = image?.partitioning === "gpt" ? "GPT" : image?.partitioning === "mbr" ? "MBR" : "RAW";
  say(`disk ${disk.number} is at LUN ${lun}: ${style}, id ${originalId ?? ""}`);
  setOnline(context, disk, offlineReason === "Collision");
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
  result.volumes = findings.map(({ letter, label, fileSystem, size, windows: isWindows, bitLocker, dirty }) => ({
    ...{ driveLetter: letter, label, fileSystem, size, windows: isWindows, bitLocker, dirty },
  }));
  const [first, ...others] = findings.filter((finding) => finding.windows);
  if (first) setMounted(context, result, [first, ...others], findings);
  else setRefusal(context, result, findings);
  const problems = findings.flatMap(({ problem }) => problem ?? []);
  problems.slice(0, MOST_TOLD).forEach((problem) => addSentence(result, problem));
  if (state.id !== originalId) {
    addSentence(result, text("collision", state.id, originalId));
    result.nextSteps = [...result.nextSteps, text("collision-next")];
  }
  return result;
}

function newAnswer(): Answer {
  const head = { schema: 1, status: null, driveLetter: null, windowsRoot: null, disk: null };
  return { ...head, volumes: [], reason: null, nextSteps: [] };
}

function unlockSteps({ windows, text }: ModelContext, letter: string): string[] {
  const steps = [text("encrypted-next-key"), text("encrypted-next-hand", letter), text("encrypted-next-ade", letter)];
  return windows.hasBitLocker ? steps : [text("encrypted-next-feature"), ...steps];
}

function setRefusal(context: ModelContext, result: Answer, findings: readonly Finding[]): void {
  const { text } = context;
  const locked = findings.find((finding) => finding.bitLocker === "locked");
  const foreign = findings.find((finding) => finding.foreign)?.foreign;
  if (locked) {
    const { letter, size } = locked;
    result.status = "encrypted";
    addSentence(result, letter ? text("encrypted", letter, size) : text("encrypted-no-letter", size));
    if (locked.keyProblem) addSentence(result, locked.keyProblem);
    result.driveLetter = letter;
    result.nextSteps = unlockSteps(context, letter ?? "X");
  } else if (foreign) {
    result.status = "unsupported";
    addSentence(result, text("unsupported", foreign.name));
    result.nextSteps = [text(foreign.linux ? "unsupported-next-linux" : "unsupported-next")];
  } else {
    result.status = "no-windows-volume";
    addSentence(result, text(findings.length === 0 ? "no-partitions" : "no-windows"));
    const seen = findings.filter((finding) => finding.fileSystem !== "").map(volumeName);
    if (seen.length > 0) addSentence(result, text("no-windows-seen", seen.slice(0, MOST_TOLD).join(", ")));
    result.nextSteps = [text("no-windows-next")];
  }
}

function setMounted(
  { text }: ModelContext,
  result: Answer,
  windows: readonly [Finding, ...Finding[]],
  findings: readonly Finding[],
): void {
  const taken = windows.reduce((last, one) => (one.hiveTime > last.hiveTime ? one : last));
  const { letter } = taken;
  result.status = "mounted";
  result.driveLetter = letter;
  result.windowsRoot = `${letter ?? ""}:\\Windows`;
  if (windows.length > 1) {
    const all = windows.map(volumeName).slice(0, MOST_TOLD).join(", ");
    addSentence(result, text("several-windows", windows.length, all, letter));
  }
  if (taken.dirty) addSentence(result, text("dirty", letter));
  const locked = findings.filter((finding) => finding.bitLocker === "locked" && finding.letter !== null);
  locked.slice(0, MOST_TOLD).forEach((one) => addSentence(result, text("locked-beside", one.letter, one.size)));
}

function volumeName({ letter, fileSystem, size }: Finding): string {
  return `${letter ? `${letter}: ` : ""}${fileSystem} of ${size} bytes`;
}

function addSentence(result: Answer, sentence: string): void {
  result.reason = typeof result.reason === "string" ? `${result.reason} ${sentence}` : sentence;
}
