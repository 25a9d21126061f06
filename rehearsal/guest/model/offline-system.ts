import { WindowsError } from "../windows/errors";
import type { ValueFacts } from "../windows/loaded-hives";
import type { ModelContext } from "./run-model";

/** What the registry of the broken Windows tells of dumps. */
export interface OfflineSystem {
  /** Path of the hive. */
  readonly hive: string;
  /** Why nothing was read; null when it was. */
  readonly problem: string | null;
  readonly controlSet: string | null;
  setting(name: string): ValueFacts["data"] | null;
  /** A list of strings below Memory Management; null when the value is not there. */
  strings(name: string): readonly string[] | null;
}

const HIVE_NAME = "model";
const CRASH_CONTROL = [
  "CrashDumpEnabled",
  "DumpFile",
  "MinidumpDir",
  "AutoReboot",
  "DedicatedDumpFile",
  "LastCrashTime",
];

/** Reads the SYSTEM hive with its logs, as the script does from a copy. */
export async function readOfflineSystem(context: ModelContext, windowsRoot: string): Promise<OfflineSystem> {
  const { hives } = context;
  const hive = `${windowsRoot}\\System32\\config\\SYSTEM`;
  if (!(await context.windows.find(hive).catch(() => null))) return withProblem(hive, context.text("hive-missing"));
  let step = "";
  try {
    const bytes = await context.windows.open(hive);
    const logs = [];
    for (const ending of [".LOG1", ".LOG2"]) {
      if (await context.windows.find(hive + ending)) logs.push(await context.windows.open(hive + ending));
    }
    step = "reg.exe load: ERROR: ";
    await hives.load(HIVE_NAME, bytes, logs);
    step = "";
    return await readLoaded(context, hive);
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return withProblem(hive, step + error.message);
  } finally {
    if (hives.names().length > 0) hives.unload(HIVE_NAME);
  }
}

async function readLoaded({ hives }: ModelContext, hive: string): Promise<OfflineSystem> {
  const values = async (path: string): Promise<Map<string, ValueFacts["data"]>> => {
    const key = await hives.key(`HKLM:\\${HIVE_NAME}\\${path}`);
    return new Map((key?.values ?? []).map((value) => [value.name.toUpperCase(), value.data]));
  };
  const current = (await values("Select")).get("CURRENT");
  if (current === undefined) throw new WindowsError("Select\\Current is missing");
  const controlSet = `ControlSet${String(current).padStart(3, "0")}`;
  const crash = await values(`${controlSet}\\Control\\CrashControl`);
  const memory = await values(`${controlSet}\\Control\\Session Manager\\Memory Management`);
  return {
    hive,
    problem: null,
    controlSet,
    setting: (name) => (CRASH_CONTROL.includes(name) ? (crash.get(name.toUpperCase()) ?? null) : null),
    strings: (name) => {
      const data = memory.get(name.toUpperCase());
      if (data === undefined) return null;
      const texts = Array.isArray(data) ? (data as readonly string[]) : [String(data)];
      return texts.map((text) => text.trim()).filter((text) => text !== "");
    },
  };
}

function withProblem(hive: string, problem: string): OfflineSystem {
  return { hive, problem, controlSet: null, setting: () => null, strings: () => null };
}
