import { DiskError } from "../../../disk";
import { WindowsError } from "../windows/errors";
import type { SimulatedDisk } from "../windows/simulated-disk";
import type { Answer } from "./answer-line";
import { setOnline } from "./disk-online";
import { newPlan, type Change, type Plan } from "./dump-settings";
import { lunOf, waitForCopy } from "./find-copy";
import { HIVE_NAME, loadCopy } from "./loaded-hive";
import type { Model, ModelContext } from "./run-model";
import { findingsOf, unlockVolume, type Finding } from "./volumes";
import { vmNames } from "./vm-names";

/** The model of enable-dump.ps1. Read it beside the script: functions have the same order and names. */
export const enableDump: Model = { longList: "changes", answer };

interface Volume extends Finding {
  readonly letter: string;
}

interface Place {
  readonly disk: SimulatedDisk;
  readonly volume: Volume;
  readonly hive: string;
  readonly backup: string;
}

async function answer(context: ModelContext): Promise<Answer> {
  const { windows, text } = context;
  const result = newAnswer();
  const place = await findVolume(context, result);
  if (!place) return result;
  const { backup, volume } = place;
  const undo = context.parameter("Undo") === "true";
  const backupThere = async (): Promise<string | null> => ((await windows.find(backup)) ? backup : null);
  result.backupFile = await backupThere();
  if (undo && !result.backupFile) return setStatus(result, "nothing-to-undo", text("no-backup", backup), []);
  if (volume.bitLocker === "unlocked" && context.parameter("RecoveryKey") === "") {
    return setStatus(result, "refused", text("needs-key", volume.letter), [text("needs-key-next")]);
  }
  let plan: Plan;
  const notProtected: string[] = [];
  const save = async (): Promise<Plan> => {
    try {
      return await planOf(context, place, undo, true);
    } finally {
      result.backupFile = await backupThere();
    }
  };
  try {
    plan = await planOf(context, place, undo, false);
    if (plan.changes.length > 0 || undo) plan = await withWritableDisk(context, place, save, notProtected);
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return setStatus(result, "refused", refusal(context, error, notProtected), [text("refused-next")]);
  } finally {
    if (context.hives.names().length > 0) context.hives.unload(HIVE_NAME);
  }
  result.controlSets = plan.controlSets;
  result.changes = plan.changes.map(({ controlSet, key, name, from, to }) => ({
    ...{ controlSet, key, name, from: from?.data ?? null, to: to?.data ?? null },
  }));
  const told = [...plan.told, ...notProtected];
  if (undo) return setStatus(result, "undone", [text("undone"), ...told].join(" "), []);
  return setStatus(result, "enabled", told.join(" ") || null, swapSteps(context));
}

function refusal({ text }: ModelContext, { message }: WindowsError, notProtected: readonly string[]): string {
  const refused = text("refused", message);
  return notProtected.length === 0 ? refused : `${refused.replace(/\.+$/, "")}. ${notProtected.join(" ")}`;
}

function newAnswer(): Answer {
  const head = { schema: 1, status: null, windowsRoot: null, controlSets: [], changes: [], backupFile: null };
  return { ...head, reason: null, nextSteps: [] };
}

function setStatus(result: Answer, status: string, reason: string | null, nextSteps: string[]): Answer {
  return Object.assign(result, { status, reason, nextSteps });
}

function swapSteps(context: ModelContext): string[] {
  const [group, name] = vmNames(context.parameter("SourceVmId"));
  const copy = context.parameter("CopyDiskId") || "COPY-DISK-ID";
  const { text } = context;
  return [
    text("next-disk", group, copy),
    text("next-swap", group, name),
    text("next-crash"),
    text("next-nmi", group, name),
  ];
}

async function findVolume(context: ModelContext, result: Answer): Promise<Place | null> {
  const { text } = context;
  const lun = lunOf(context);
  const root = context.parameter("WindowsRoot").trim().replace(/\\+$/, "");
  const nothing = (status: string, reason: string, next: string): null => {
    setStatus(result, status, reason, [next]);
    return null;
  };
  if (root === "") return nothing("not-mounted", text("not-mounted"), text("not-mounted-next"));
  const { found } = await waitForCopy(context, lun);
  if (found.state === "absent") return nothing("not-mounted", text("no-disk", lun), text("no-disk-next", lun));
  const { disk } = found;
  if (found.state === "booted") return nothing("refused", text("booted", disk.number, lun), text("booted-next"));
  if (disk.state.offline || !disk.state.readOnly) setOnline(context, disk, false);
  const volumes = (await findingsOf(context, disk)).filter((one): one is Volume => one.windows && one.letter !== null);
  const named = volumes.find(({ letter }) => `${letter}:\\Windows`.toUpperCase() === root.toUpperCase());
  const volume = named ?? (volumes.length === 1 ? volumes[0] : undefined);
  if (!volume) return nothing("not-mounted", text("root-missing", lun, root), text("root-missing-next"));
  const windowsRoot = `${volume.letter}:\\Windows`;
  const hive = `${windowsRoot}\\System32\\config\\SYSTEM`;
  result.windowsRoot = windowsRoot;
  return { disk, volume, hive, backup: `${hive}.azure-repair-kit.json` };
}

/** Looks what there is to change; makes the changes when they are to be saved. */
async function planOf(context: ModelContext, { hive, backup }: Place, undo: boolean, save: boolean): Promise<Plan> {
  const { windows, hives, say } = context;
  await loadCopy(context, hive);
  const root = `HKLM:\\${HIVE_NAME}`;
  const plan = await newPlan(context, root, undo ? await readBackup(context, backup) : null);
  if (save) {
    for (const { controlSet, key, name, to } of plan.changes) {
      await hives.setValue(`${root}\\${controlSet}\\${key}`, name, to);
    }
  }
  const changed = hives.unload(HIVE_NAME);
  if (save && changed) {
    if (!undo) windows.write(backup, await backupOf(context, backup, plan.changes));
    say(`replacing ${hive}`);
    windows.write(hive, changed.bytes);
  }
  if (save && undo) windows.remove(backup);
  return plan;
}

/** Does work while the disk is writable. What keeps it from being read-only again is added to a list. */
async function withWritableDisk<T>(
  context: ModelContext,
  { disk, volume }: Place,
  work: () => Promise<T>,
  notProtected: string[],
): Promise<T> {
  context.say(`making disk ${disk.number} writable`);
  try {
    remount(context, disk, volume, false);
    return await work();
  } finally {
    context.say(`making disk ${disk.number} read-only`);
    notProtected.push(...protect(context, disk, volume));
  }
}

/** Makes the disk read-only again. Gives a sentence when it could not be done, else none. */
function protect(context: ModelContext, disk: SimulatedDisk, volume: Volume): string[] {
  try {
    remount(context, disk, volume, true);
    return [];
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return [context.text("not-read-only-again", error.message)];
  }
}

function remount(context: ModelContext, disk: SimulatedDisk, volume: Volume, readOnly: boolean): void {
  const { windows } = context;
  windows.setDisk(disk.number, { isOffline: true });
  windows.setDisk(disk.number, { isReadOnly: readOnly });
  windows.setDisk(disk.number, { isOffline: false });
  const problem = volume.bitLocker === "unlocked" ? unlockVolume(context, volume.letter) : null;
  if (problem) throw new WindowsError(problem);
}

async function backupOf(context: ModelContext, backup: string, changes: readonly Change[]): Promise<Buffer> {
  const kept = (await context.windows.find(backup)) ? await readBackup(context, backup) : [];
  const isSame = (one: Change, other: Change): boolean =>
    one.controlSet === other.controlSet && one.key === other.key && one.name === other.name;
  const again = kept.map((one) => ({ ...one, to: changes.find((change) => isSame(one, change))?.to ?? one.to }));
  const fresh = changes.filter((change) => !kept.some((one) => isSame(one, change)));
  return Buffer.from(JSON.stringify({ schema: 1, values: [...again, ...fresh] }, null, 2));
}

async function readBackup({ windows, text }: ModelContext, backup: string): Promise<Change[]> {
  try {
    const source = await windows.open(backup);
    const kept = JSON.parse(Buffer.from(await source.read(0, source.size)).toString()) as {
      readonly schema: number;
      readonly values: Change[];
    };
    if (kept.schema === 1) return kept.values;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof WindowsError || error instanceof DiskError)) throw error;
  }
  throw new WindowsError(text("backup-strange", backup));
}
