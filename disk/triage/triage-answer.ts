import type { DiskImage } from "../disk-image";
import type { FileSystem } from "../partitions/file-system";

/** What is known of the crash dumps on a disk. Every field is there; what is absent is null. */
export interface Triage {
  readonly schema: 1;
  /** `size` in bytes, a VHD's footer included. */
  readonly source: { readonly kind: SourceKind; readonly size: number };
  readonly disk: DiskFacts;
  /** Null when no Windows was found. */
  readonly windows: WindowsFacts | null;
  /** Null when its registry could not be read. */
  readonly crashControl: CrashControl | null;
  /** The best first. */
  readonly dumps: readonly DumpFacts[];
  readonly dumpStatus: DumpStatus;
  /** Why the status is what it is, in sentences. */
  readonly reason: string;
  /** Every place looked at. */
  readonly searched: readonly Searched[];
  readonly nextSteps: readonly string[];
  /** What it cost: requests to the source, bytes asked for, and the whole time. */
  readonly reads: { readonly requests: number; readonly bytes: number; readonly milliseconds: number };
}

export type SourceKind = "file" | "url" | "snapshot" | "disk";

/**
 * `found`: a dump is there. `in-page-file`: it is in the page file still. `not-found`: every place was read and there is
 * none. `damaged`: a place could not be read, so that "not found" would be a guess. The others say why nothing was
 * searched.
 */
export type DumpStatus =
  "found" | "in-page-file" | "not-found" | "damaged" | "encrypted" | "unsupported" | "no-windows-volume";

export interface DiskFacts {
  readonly format: DiskImage["format"];
  /** Bytes, without a VHD's footer. */
  readonly size: number;
  readonly partitioning: DiskImage["partitioning"];
  readonly partitions: readonly PartitionFacts[];
}

export interface PartitionFacts {
  readonly number: number;
  readonly type: string;
  readonly name: string;
  /** Bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** Null when it is not known, or was not read since its type cannot hold Windows. */
  readonly fileSystem: FileSystem | null;
}

export interface WindowsFacts {
  /** Number of its partition. */
  readonly partition: number;
  /** As Windows sees it: `C:\Windows`. */
  readonly systemRoot: string;
  readonly computerName: string | null;
  readonly productName: string | null;
  readonly build: number | null;
  /** Such as `ControlSet001`. */
  readonly controlSet: string | null;
  readonly volumeDirty: boolean;
  /** Of the SYSTEM hive; null when it could not be read. */
  readonly hiveDirty: boolean | null;
}

/** What the registry says of dumps; values as they are stored. */
export interface CrashControl {
  readonly dumpEnabled: number | null;
  readonly dumpFile: string | null;
  readonly minidumpDir: string | null;
  readonly dedicatedDumpFile: string | null;
  readonly autoReboot: boolean | null;
  readonly pagingFiles: readonly string[] | null;
  /** ISO 8601 in UTC; a value that is no time as a hex string. */
  readonly lastCrashTime: string | null;
}

/** A dump on the disk. */
export interface DumpFacts {
  /** As Windows sees it: `C:\Windows\MEMORY.DMP`. */
  readonly path: string;
  /** Kind of dump, such as `bitmap-kernel` or `minidump`. */
  readonly kind: string;
  /** Bytes that are of the dump; the file that holds it may be longer. */
  readonly size: number;
  /** False when it is cut off, null when its header cannot tell. */
  readonly complete: boolean | null;
  /** When the file was made, ISO 8601 in UTC. */
  readonly created: string | null;
  readonly bugCheck: {
    readonly code: string;
    readonly name: string | null;
    readonly parameters: readonly string[];
    readonly status: string | null;
    /** Name of that NTSTATUS; null when there is none or it is not known. */
    readonly statusName: string | null;
  };
  /** When Windows crashed, ISO 8601 in UTC. */
  readonly systemTime: string | null;
  readonly build: number;
  /** What the place is, and why this dump was taken or left. */
  readonly reason: string;
  /** Bytes that its header asks for; for a minidump an estimate that may be above its size, null when it does not say. */
  readonly required: number | null;
  /** `page-file` and `dedicated` for files that Windows keeps ready: the dump is at their start. */
  readonly place: "dump" | "page-file" | "dedicated";
}

/** A place that was looked at. */
export interface Searched {
  readonly path: string;
  readonly found: boolean;
  readonly why: string;
}
