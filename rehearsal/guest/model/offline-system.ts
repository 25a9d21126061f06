import { WindowsError } from "../windows/errors";
import type { KeyFacts, ValueFacts } from "../windows/loaded-hives";
import { HIVE_NAME, loadCopy } from "./loaded-hive";
import type { ModelContext } from "./run-model";

/** What the registry of the broken Windows tells of dumps. */
export interface OfflineSystem {
  /** Path of the hive. */
  readonly hive: string;
  /** Why nothing was read; null when it was. */
  readonly problem: string | null;
  readonly controlSet: string | null;
  /** Which control set was read, and why. */
  readonly selected: string | null;
  /** Whether Windows noted a crash. */
  readonly crashed: boolean;
  /** FILETIME of the last crash that Windows noted. */
  readonly lastCrash: bigint | null;
  /** ProductType: WinNT for a client, ServerNT or LanmanNT for a server. */
  readonly product: string | null;
  number(name: string): number | null;
  text(name: string): string | null;
  /** A list of strings below Memory Management; null when the value is not there. */
  strings(name: string): readonly string[] | null;
  /** A variable of the broken Windows; null when it has none of this name. */
  variable(name: string): string | null;
  /** Bytes that MountedDevices has for a drive letter. */
  device(letter: string): Buffer | null;
}

/** Reads the SYSTEM hive with its logs, as the script does from a copy. */
export async function readOfflineSystem(context: ModelContext, windowsRoot: string): Promise<OfflineSystem> {
  const { hives } = context;
  const hive = `${windowsRoot}\\System32\\config\\SYSTEM`;
  if (!(await context.windows.find(hive).catch(() => null))) return withProblem(hive, context.text("hive-missing"));
  try {
    await loadCopy(context, hive);
    return await readLoaded(context, hive);
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return withProblem(hive, error.message);
  } finally {
    if (hives.names().length > 0) hives.unload(HIVE_NAME);
  }
}

async function readLoaded(context: ModelContext, hive: string): Promise<OfflineSystem> {
  const values = async (path: string): Promise<Values> =>
    new Values(await context.hives.key(`HKLM:\\${HIVE_NAME}\\${path}`));
  const { name, words } = await selectControlSet(context, await values("Select"));
  const control = `${name}\\Control`;
  const crash = await values(`${control}\\CrashControl`);
  const memory = await values(`${control}\\Session Manager\\Memory Management`);
  const environment = await values(`${control}\\Session Manager\\Environment`);
  const devices = await values("MountedDevices");
  return {
    hive,
    problem: null,
    controlSet: name,
    selected: words,
    crashed: crash.of("LastCrashTime") !== null,
    lastCrash: crashTime(crash.of("LastCrashTime")),
    product: (await values(`${control}\\ProductOptions`)).text("ProductType"),
    number: (value) => crash.number(value),
    text: (value) => crash.text(value),
    strings: (value) => memory.strings(value),
    variable: (value) => environment.text(value),
    device: (letter) => bytesOf(devices.of(`\\DosDevices\\${letter}:`)),
  };
}

/** Values of a key; a value of another type than Windows writes counts as absent. */
class Values {
  private readonly values: ReadonlyMap<string, ValueFacts>;

  constructor(key: KeyFacts | null) {
    this.values = new Map((key?.values ?? []).map((value) => [value.name.toUpperCase(), value]));
  }

  of(name: string): ValueFacts | null {
    return this.values.get(name.toUpperCase()) ?? null;
  }

  number(name: string): number | null {
    const value = this.of(name);
    return value?.kind === "DWord" || value?.kind === "QWord" ? Number(value.data) : null;
  }

  text(name: string): string | null {
    const value = this.of(name);
    return value?.kind === "String" || value?.kind === "ExpandString" ? (value.data as string) || null : null;
  }

  strings(name: string): readonly string[] | null {
    const data = this.of(name)?.data;
    if (data === undefined) return null;
    const texts = Array.isArray(data) ? (data as readonly string[]) : [String(data)];
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  }
}

/** The control set in use at the crash, and how to tell of it. */
async function selectControlSet(
  { hives, text }: ModelContext,
  select: Values,
): Promise<{ name: string; words: string }> {
  const named = (name: string): string | null => {
    const number = select.number(name);
    return number ? `ControlSet${String(number).padStart(3, "0")}` : null;
  };
  const numbered = ["Current", "Default", "LastKnownGood"].map(named).filter((name) => name !== null);
  const [first] = numbered;
  if (first === undefined) throw new WindowsError(text("select-none"));
  let name = first;
  for (const one of numbered.toReversed()) if (await hives.key(`HKLM:\\${HIVE_NAME}\\${one}`)) name = one;
  const [current, failed] = [named("Current"), named("Failed")];
  if (current !== null && current !== name) return { name, words: text("select-other", name, current) };
  if (failed !== null && failed !== name) return { name, words: text("select-failed", name, failed) };
  return { name, words: name };
}

function crashTime(value: ValueFacts | null): bigint | null {
  if (value?.kind === "QWord") return BigInt(value.data as string);
  const bytes = bytesOf(value);
  return bytes?.length === 8 ? bytes.readBigInt64LE(0) : null;
}

function bytesOf(value: ValueFacts | null): Buffer | null {
  return value?.kind === "Binary" ? Buffer.from(value.data as string, "base64") : null;
}

function withProblem(hive: string, problem: string): OfflineSystem {
  const nothing = { controlSet: null, selected: null, crashed: false, lastCrash: null, product: null };
  const none = (): null => null;
  return { ...nothing, hive, problem, number: none, text: none, strings: none, variable: none, device: none };
}
