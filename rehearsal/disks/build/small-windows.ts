import { expectedWindows, sha256, type Expected, type ExpectedDump, type ExpectedSentences } from "./expected";
import type { DumpFacts } from "./dump-header-writer";
import { dword, expandText, type HiveKey } from "./hive-values";
import { gptDevice } from "./mounted-device";
import type { DiskRecipe, FileRecipe, PartitionRecipe, VolumeRecipe } from "./recipe";
import { image } from "./windows-files";
import { softwareHive, systemHive, type WindowsFacts } from "./windows-hives";

/** A Windows that is just large enough to be one; what is not given is as Windows Server 2022 sets it up. */
export interface SmallWindows {
  /** GUID of its partition. */
  readonly partitionId: string;
  readonly computerName: string;
  readonly facts?: Partial<WindowsFacts>;
  /** Values of CrashControl besides, or instead of, the usual ones. */
  readonly crashControl?: HiveKey;
  /** The SYSTEM hive with its logs, when it is not simply that of the facts. */
  readonly hive?: { readonly system: Buffer; readonly log1: Buffer; readonly log2: Buffer };
  readonly files?: readonly FileRecipe[];
  readonly label?: string;
  /** When its hives were changed last. */
  readonly used?: Date;
}

/** When the crash of most small samples was. */
export const crashTime = new Date("2026-11-02T04:51:09.250Z");

/** A crash that leads nowhere else than the sample wants to show: STOP 0xC000021A, 41 seconds after the start. */
export const winlogonCrash: DumpFacts = {
  code: 0xc000021a,
  parameters: [0xffff_9a0f_61d2_4b90n, 0xffff_ffff_c000_0005n, 0n, 0n],
  build: 20348,
  time: crashTime,
  upTimeSeconds: 41.2,
  processors: 2,
};

/** What CrashControl says on Windows Server unless somebody changes it. */
export const usualCrashControl: HiveKey = {
  AutoReboot: dword(1),
  CrashDumpEnabled: dword(7),
  DumpFile: expandText("%SystemRoot%\\MEMORY.DMP"),
  LogEvent: dword(1),
  MinidumpDir: expandText("%SystemRoot%\\Minidump"),
  Overwrite: dword(1),
};

const smallVolumeMiB = 5;

/** The facts of a small Windows, with what is usual filled in. */
export function factsOf(windows: SmallWindows): WindowsFacts {
  return {
    computerName: windows.computerName,
    productName: "Windows Server 2022 Datacenter",
    build: 20348,
    revision: 2762,
    current: 1,
    crashControl: { ...usualCrashControl, ...windows.crashControl },
    otherCrashControl: usualCrashControl,
    pagingFiles: ["?:\\pagefile.sys"],
    existingPageFiles: ["\\??\\C:\\pagefile.sys"],
    mountedDevices: { "C:": gptDevice(windows.partitionId) },
    time: windows.used ?? new Date("2026-11-02T04:50:30Z"),
    ...windows.facts,
  };
}

/** The partition of a small Windows. */
export function windowsPartition(windows: SmallWindows): PartitionRecipe {
  return {
    name: "Basic data partition",
    type: "0700",
    uniqueId: windows.partitionId,
    sizeMiB: smallVolumeMiB,
    volume: windowsVolume(windows),
  };
}

/** The partition of a volume without Windows. */
export function dataPartition(partitionId: string, label: string, files: readonly FileRecipe[]): PartitionRecipe {
  return {
    name: "Basic data partition",
    type: "0700",
    uniqueId: partitionId,
    sizeMiB: smallVolumeMiB,
    volume: { fileSystem: "ntfs", label, files, time: crashTime },
  };
}

/** A GPT disk whose first partition is a small Windows, with the right answers about it. */
export function smallDisk(
  id: string,
  windows: SmallWindows,
  answers: Pick<Expected, "dumpStatus" | "triage" | "dump" | "says">,
  more: readonly PartitionRecipe[] = [],
): DiskRecipe {
  return {
    partitioning: "gpt",
    id,
    partitions: [windowsPartition(windows), ...more],
    expected: {
      disk: { partitioning: "gpt", id, fileSystems: ["ntfs", ...more.map(() => "ntfs" as const)] },
      ...expectedWindows(factsOf(windows), 1),
      mount: { status: "mounted", windowsRoot: "F:\\Windows" },
      ...answers,
    },
  };
}

/** The right answers where a dump is collected. */
export function collected(
  dump: ExpectedDump,
  says: Partial<ExpectedSentences> & Pick<ExpectedSentences, "searched">,
): Pick<Expected, "dumpStatus" | "triage" | "dump" | "says"> {
  return { triage: "found", dumpStatus: "collected", dump, says: { reason: null, nextSteps: [], ...says } };
}

/** The right answers where there is no dump. */
export function notFound(says: ExpectedSentences): Pick<Expected, "dumpStatus" | "triage" | "dump" | "says"> {
  return { triage: "not-found", dumpStatus: "not-found", dump: null, says };
}

/** What is to be read of a dump that a recipe wrote. */
export function expectedDump(
  path: string,
  bytes: Buffer,
  facts: DumpFacts,
  known: Pick<ExpectedDump, "kind"> & {
    readonly name: string;
    readonly status: string | null;
    readonly complete?: boolean;
  },
): ExpectedDump {
  const hex = (value: number | bigint): string => `0x${value.toString(16).toUpperCase()}`;
  const { name, status, kind, complete = true } = known;
  return {
    path,
    size: bytes.length,
    sha256: sha256(bytes),
    bugCheck: { code: hex(facts.code), name, parameters: facts.parameters.map(hex), status },
    kind,
    systemTime: facts.time.toISOString().replace("Z", "0000Z"),
    build: facts.build,
    complete,
  };
}

/** What is to be read of a kernel dump of `winlogonCrash`. */
export function expectedKernelDump(path: string, bytes: Buffer): ExpectedDump {
  const known = { kind: "bitmap-kernel", name: "WINLOGON_FATAL_ERROR", status: "0xC0000005" };
  return expectedDump(path, bytes, winlogonCrash, known);
}

function windowsVolume(windows: SmallWindows): VolumeRecipe {
  const facts = factsOf(windows);
  const { build } = facts;
  const empty = Buffer.alloc(0);
  const { system, log1, log2 } = windows.hive ?? { system: systemHive(facts), log1: empty, log2: empty };
  const config = (name: string, bytes: Buffer): FileRecipe => ({ path: `Windows\\System32\\config\\${name}`, bytes });
  return {
    fileSystem: "ntfs",
    label: windows.label ?? "Windows",
    time: facts.time,
    files: [
      image("Windows\\System32\\ntoskrnl.exe", build),
      image("Windows\\System32\\winlogon.exe", build),
      config("SYSTEM", system),
      config("SYSTEM.LOG1", log1),
      config("SYSTEM.LOG2", log2),
      config("SOFTWARE", softwareHive(facts)),
      ...(windows.files ?? []),
    ],
  };
}
