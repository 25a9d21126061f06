import { isDamage } from "../errors";
import { fileTimeToIso } from "../file-time";
import type { RegistryHive } from "../registry/registry-hive";
import type { RegistryKey } from "../registry/registry-key";
import type { RegistryValue } from "../registry/registry-value";
import { forPurpose } from "../sources/read-purpose";
import { openHive, type WindowsVolume } from "../windows";
import { selectControlSet } from "./control-set";
import { numberOf, readVariables, textOf, textsOf, type OnProblem } from "./registry-settings";
import { sentences } from "./sentences";
import type { CrashControl } from "./triage-answer";

/** What the SYSTEM hive tells a triage. */
export interface OfflineSystem {
  /** Why the hive could not be read; null when it was. */
  readonly problem: string | null;
  readonly controlSet: string | null;
  /** Which control set was read, and why; null when none was. */
  readonly selected: string | null;
  readonly computerName: string | null;
  readonly dirty: boolean | null;
  readonly crashControl: CrashControl | null;
  /** Page files that Windows had at its last start. */
  readonly existingPageFiles: readonly string[];
  /** Whether Windows noted a crash. */
  readonly crashed: boolean;
  /** FILETIME of the last crash that Windows noted; null when it noted none, or in another form. */
  readonly lastCrash: bigint | null;
  /** Whether it is a Windows for clients, which deletes dumps where room is short, and was not told to keep them. */
  deletesDumps(): Promise<boolean>;
  /** A variable of the broken Windows that a path names; null when it has none of this name. */
  variable(name: string): string | null;
  /** What MountedDevices names by a drive letter such as `E:`; null when there is no such letter. */
  device(drive: string): Promise<Uint8Array | null>;
  /** What was wrong with the hive or its settings and could be got over. */
  readonly problems: readonly string[];
}

/** Product and build of the installation. */
export interface Product {
  readonly productName: string | null;
  readonly build: number | null;
}

/** Reads the SYSTEM hive; damage is an answer, too. */
export async function readOfflineSystem(windows: WindowsVolume): Promise<OfflineSystem> {
  try {
    const hive = await forPurpose("SYSTEM hive", () => openHive(windows, "SYSTEM"));
    return hive ? await readSystem(hive) : withProblem(sentences.hiveMissing);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return withProblem(error.message);
  }
}

/** Reads what the SOFTWARE hive says of the product; nulls when it is damaged or missing. */
export async function readProduct(windows: WindowsVolume): Promise<Product> {
  try {
    return await forPurpose("SOFTWARE hive: product and build", async () => {
      const hive = await openHive(windows, "SOFTWARE");
      const key = (await hive?.key("Microsoft\\Windows NT\\CurrentVersion")) ?? null;
      const build = (await textOf(key, "CurrentBuildNumber")) ?? (await textOf(key, "CurrentBuild"));
      const number = Number(build ?? Number.NaN);
      return { productName: await textOf(key, "ProductName"), build: Number.isSafeInteger(number) ? number : null };
    });
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { productName: null, build: null };
  }
}

async function readSystem(hive: RegistryHive): Promise<OfflineSystem> {
  const selected = await forPurpose("SYSTEM hive: Select", () => selectControlSet(hive));
  if (!selected) return withProblem(sentences.selectNone);
  const { name: controlSet, key: set, words } = selected;
  const problems = [...hive.problems];
  const onProblem: OnProblem = (problem) => problems.push(problem);
  const control = await forPurpose(`SYSTEM hive: ${controlSet}\\Control`, async () => set?.subkey("Control") ?? null);
  const [{ crash, time }, memory, name] = await Promise.all([
    forPurpose("SYSTEM hive: CrashControl", async () => {
      const key = (await control?.subkey("CrashControl")) ?? null;
      return { crash: await settingsOf(key, onProblem), time: (await key?.value("LastCrashTime")) ?? null };
    }),
    forPurpose("SYSTEM hive: page files", () => pageFilesOf(control, onProblem)),
    forPurpose("SYSTEM hive: computer name", () => computerNameOf(control)),
  ]);
  const paths = [
    crash.dumpFile,
    crash.minidumpDir,
    crash.dedicatedDumpFile,
    ...(memory.paging ?? []),
    ...memory.existing,
  ];
  const variables = await readVariables(
    control,
    paths.filter((path) => path !== null),
    onProblem,
  );
  return {
    problem: null,
    controlSet,
    selected: words,
    computerName: name,
    dirty: hive.dirty,
    crashControl: { ...crash, pagingFiles: memory.paging, lastCrashTime: timeOf(time) },
    existingPageFiles: memory.existing,
    crashed: time !== null,
    lastCrash: fileTimeOf(time),
    deletesDumps: () => deletesDumps(control),
    variable: (one) => variables.get(one.toUpperCase()) ?? null,
    device: (drive) => deviceOf(hive, drive),
    problems,
  };
}

async function settingsOf(
  key: RegistryKey | null,
  onProblem: OnProblem,
): Promise<Omit<CrashControl, "pagingFiles" | "lastCrashTime">> {
  const autoReboot = await numberOf(key, "AutoReboot");
  return {
    dumpEnabled: await numberOf(key, "CrashDumpEnabled"),
    dumpFile: await textOf(key, "DumpFile", onProblem),
    minidumpDir: await textOf(key, "MinidumpDir", onProblem),
    dedicatedDumpFile: await textOf(key, "DedicatedDumpFile", onProblem),
    autoReboot: autoReboot === null ? null : autoReboot !== 0,
  };
}

async function pageFilesOf(
  control: RegistryKey | null,
  onProblem: OnProblem,
): Promise<{ paging: readonly string[] | null; existing: readonly string[] }> {
  const manager = (await control?.subkey("Session Manager")) ?? null;
  const memory = (await manager?.subkey("Memory Management")) ?? null;
  return {
    paging: await textsOf(memory, "PagingFiles", onProblem),
    existing: (await textsOf(memory, "ExistingPageFiles", onProblem)) ?? [],
  };
}

async function deletesDumps(control: RegistryKey | null): Promise<boolean> {
  try {
    return await forPurpose("SYSTEM hive: whether dumps are kept", async () => {
      const product = await textOf((await control?.subkey("ProductOptions")) ?? null, "ProductType");
      const keeps = await numberOf((await control?.subkey("CrashControl")) ?? null, "AlwaysKeepMemoryDump");
      return product === "WinNT" && keeps !== 1;
    });
  } catch (error) {
    // A note is no reason to search the default places only.
    if (!isDamage(error)) throw error;
    return false;
  }
}

async function deviceOf(hive: RegistryHive, drive: string): Promise<Uint8Array | null> {
  try {
    return await forPurpose(`SYSTEM hive: drive ${drive}`, async () => {
      const value = await (await hive.key("MountedDevices"))?.value(`\\DosDevices\\${drive}`);
      return value?.data ?? null;
    });
  } catch (error) {
    // Which volume a letter means is no reason to search the default places only.
    if (!isDamage(error)) throw error;
    return null;
  }
}

async function computerNameOf(control: RegistryKey | null): Promise<string | null> {
  try {
    const outer = (await control?.subkey("ComputerName")) ?? null;
    return await textOf((await outer?.subkey("ComputerName")) ?? null, "ComputerName");
  } catch (error) {
    // A name is no reason to search the default places only.
    if (!isDamage(error)) throw error;
    return null;
  }
}

function withProblem(problem: string): OfflineSystem {
  const nothing = { controlSet: null, selected: null, computerName: null, dirty: null, crashControl: null };
  return {
    ...nothing,
    problem,
    existingPageFiles: [],
    crashed: false,
    lastCrash: null,
    deletesDumps: () => Promise.resolve(false),
    variable: () => null,
    device: () => Promise.resolve(null),
    problems: [],
  };
}

function timeOf(value: RegistryValue | null): string | null {
  if (!value) return null;
  const time = fileTimeToIso(fileTimeOf(value) ?? 0n);
  return time ?? `0x${Buffer.from(value.data.toReversed()).toString("hex")}`;
}

function fileTimeOf(value: RegistryValue | null): bigint | null {
  return value?.data.length === 8 ? Buffer.from(value.data).readBigInt64LE(0) : null;
}
