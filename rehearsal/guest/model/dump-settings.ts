import { WindowsError } from "../windows/errors";
import type { LoadedHives, ValueFacts } from "../windows/loaded-hives";
import type { ModelContext } from "./run-model";

/** A value with its type. The model of parts/registry-values.ps1. */
export type TypedValue = Omit<ValueFacts, "name">;

/** A value that is to be another one; null for none. */
export interface Change {
  readonly controlSet: string;
  readonly key: string;
  readonly name: string;
  readonly from: TypedValue | null;
  readonly to: TypedValue | null;
}

/** What is to be changed in a loaded hive. */
export interface Plan {
  readonly controlSets: readonly string[];
  readonly changes: readonly Change[];
  readonly told: readonly string[];
}

const CRASH_CONTROL = "Control\\CrashControl";
const MEMORY_MANAGEMENT = "Control\\Session Manager\\Memory Management";

const SETTINGS: readonly { readonly name: string; readonly to: TypedValue }[] = [
  { name: "CrashDumpEnabled", to: { kind: "DWord", data: 7 } },
  { name: "DumpFile", to: { kind: "ExpandString", data: "%SystemRoot%\\MEMORY.DMP" } },
  { name: "AutoReboot", to: { kind: "DWord", data: 0 } },
  { name: "NMICrashDump", to: { kind: "DWord", data: 1 } },
];

/** @param kept what the backup file holds, to be undone; null to enable dumps */
export async function newPlan(context: ModelContext, root: string, kept: readonly Change[] | null): Promise<Plan> {
  const { hives, text } = context;
  const controlSets = await controlSetsOf(context, root);
  if (kept) return { controlSets, ...(await undoing(context, root, kept)) };
  const changes = (await Promise.all(controlSets.map((set) => wanted(context, root, set)))).flat();
  const dedicated = await typedValue(hives, `${root}\\${controlSets[0] ?? ""}\\${CRASH_CONTROL}`, "DedicatedDumpFile");
  return { controlSets, changes, told: dedicated ? [text("dedicated", String(dedicated.data))] : [] };
}

async function undoing(
  { hives, text }: ModelContext,
  root: string,
  kept: readonly Change[],
): Promise<Pick<Plan, "changes" | "told">> {
  const [changes, told]: [Change[], string[]] = [[], []];
  for (const one of kept) {
    const now = await typedValue(hives, `${root}\\${one.controlSet}\\${one.key}`, one.name);
    if (same(now, one.from)) continue;
    if (same(now, one.to)) changes.push({ ...one, from: now, to: one.from });
    else told.push(text("left-alone", `${one.controlSet}\\${one.key}\\${one.name}`));
  }
  return { changes, told };
}

async function controlSetsOf({ hives, text }: ModelContext, root: string): Promise<string[]> {
  const sets: string[] = [];
  for (const name of ["Default", "Current", "LastKnownGood"]) {
    const number = await typedValue(hives, `${root}\\Select`, name);
    if (number?.kind !== "DWord") continue;
    const set = `ControlSet${String(number.data).padStart(3, "0")}`;
    if (!sets.includes(set) && (await hives.key(`${root}\\${set}`))) sets.push(set);
  }
  if (sets.length === 0) throw new WindowsError(text("no-current-set"));
  return sets;
}

async function wanted({ hives, text }: ModelContext, root: string, controlSet: string): Promise<Change[]> {
  for (const key of [CRASH_CONTROL, MEMORY_MANAGEMENT]) {
    if (!(await hives.key(`${root}\\${controlSet}\\${key}`))) {
      throw new WindowsError(text("no-key", `${controlSet}\\${key}`));
    }
  }
  const changes: Change[] = [];
  for (const { name, to } of SETTINGS) {
    const from = await typedValue(hives, `${root}\\${controlSet}\\${CRASH_CONTROL}`, name);
    if (!same(from, to)) changes.push({ controlSet, key: CRASH_CONTROL, name, from, to });
  }
  const memory = `${root}\\${controlSet}\\${MEMORY_MANAGEMENT}`;
  const from = await typedValue(hives, memory, "PagingFiles");
  const to = pagingFiles(from, await typedValue(hives, memory, "ExistingPageFiles"));
  if (!same(from, to)) changes.push({ controlSet, key: MEMORY_MANAGEMENT, name: "PagingFiles", from, to });
  return changes;
}

function pagingFiles(now: TypedValue | null, existing: TypedValue | null): TypedValue | null {
  const onC = /^(\\\?\?\\)?C:/i;
  const [entries, used] = [textsOf(now), textsOf(existing)];
  const elsewhere = used.length > 0 && !used.some((path) => onC.test(path));
  if (entries.some((path) => onC.test(path) || (path.startsWith("?:") && !elsewhere))) return now;
  return { kind: "MultiString", data: ["C:\\pagefile.sys 0 0", ...entries] };
}

function textsOf(value: TypedValue | null): string[] {
  return [value?.data ?? []]
    .flat()
    .map(String)
    .filter((text) => text.trim() !== "");
}

async function typedValue(hives: LoadedHives, path: string, name: string): Promise<TypedValue | null> {
  const values = (await hives.key(path))?.values ?? [];
  const found = values.find((value) => value.name.toUpperCase() === name.toUpperCase());
  return found ? { kind: found.kind, data: found.data } : null;
}

function same(one: TypedValue | null, other: TypedValue | null): boolean {
  if (!one || !other) return one === other;
  const text = ({ kind, data }: TypedValue): string => {
    const joined = [data].flat().join("\0");
    return kind === "Binary" ? joined : joined.toUpperCase();
  };
  return one.kind === other.kind && text(one) === text(other);
}
