import { createHash } from "node:crypto";
import type { FileSystem, Triage } from "../../../disk";
import type { SampleStatus } from "../sample";
import type { HiveKey } from "./hive-values";
import { HiveValue } from "./hive-values";
import type { WindowsFacts } from "./windows-hives";

/** The right answers about a sample disk: what its recipe put there, and what an experienced support engineer makes of it. */
export interface Expected {
  readonly disk: {
    readonly partitioning: "gpt" | "mbr";
    readonly id: string;
    readonly fileSystems: readonly (FileSystem | null)[];
  };
  /** Null when no Windows can be read. */
  readonly windows: {
    /** Number of its partition. */
    readonly partition: number;
    readonly computerName: string;
    readonly productName: string;
    readonly build: number;
    readonly controlSet: string;
  } | null;
  /** As stored; null as `windows` is. */
  readonly crashControl: {
    readonly dumpEnabled: number;
    readonly dumpFile: string;
    readonly minidumpDir: string;
    readonly autoReboot: number;
  } | null;
  readonly pagingFiles: readonly string[] | null;
  /** Status of the triage from outside. */
  readonly triage: Triage["dumpStatus"];
  /** What the mounting on the repair VM answers. */
  readonly mount: { readonly status: "mounted" | "encrypted"; readonly windowsRoot: string | null };
  /** The stack's output: that of the mounting unless it is `mounted`, then that of the collection. */
  readonly dumpStatus: SampleStatus;
  /** The dump that is the answer; null when there is none. */
  readonly dump: ExpectedDump | null;
  /** What the collection says. Sentences are named by their keys in the guest scripts. */
  readonly says: ExpectedSentences;
}

/** A dump on a sample disk. */
export interface ExpectedDump {
  /** On its volume: `\Windows\MEMORY.DMP`. */
  readonly path: string;
  /** Drive of that volume on the repair VM; that of Windows, `F:`, when not given. */
  readonly drive?: string;
  /** Bytes of the dump; a file that Windows keeps ready for it may be longer. */
  readonly size: number;
  readonly sha256: string;
  readonly bugCheck: {
    readonly code: string;
    readonly name: string;
    readonly parameters: readonly string[];
    readonly status: string | null;
  };
  readonly kind: string;
  readonly systemTime: string;
  readonly build: number;
  readonly complete: boolean;
}

/** Sentences of an answer, by their keys. */
export interface ExpectedSentences {
  /** Null when the answer needs none. */
  readonly reason: string | null;
  readonly nextSteps: readonly string[];
  /** The places that matter for this disk; an answer lists more. */
  readonly searched: readonly { readonly path: string; readonly found: boolean; readonly why: string }[];
}

/** What the registry of a sample says, from the facts that it is made of. */
export function expectedWindows(
  windows: WindowsFacts,
  partition: number,
): Pick<Expected, "windows" | "crashControl" | "pagingFiles"> {
  return {
    windows: {
      partition,
      computerName: windows.computerName,
      productName: windows.productName,
      build: windows.build,
      controlSet: `ControlSet00${windows.current}`,
    },
    crashControl: {
      dumpEnabled: dwordOf(windows.crashControl, "CrashDumpEnabled"),
      dumpFile: textOf(windows.crashControl, "DumpFile"),
      minidumpDir: textOf(windows.crashControl, "MinidumpDir"),
      autoReboot: dwordOf(windows.crashControl, "AutoReboot"),
    },
    pagingFiles: windows.pagingFiles,
  };
}

/** SHA-256 as lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function dataOf(key: HiveKey, name: string): Buffer {
  const value = key[name];
  if (!(value instanceof HiveValue)) throw new Error(`the recipe has no value ${name} in CrashControl`);
  return Buffer.from(value.data);
}

function dwordOf(key: HiveKey, name: string): number {
  return dataOf(key, name).readUInt32LE();
}

function textOf(key: HiveKey, name: string): string {
  return dataOf(key, name).toString("utf16le").replace(/\0$/, "");
}
