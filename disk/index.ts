/**
 * Reads Windows disks from outside: byte source, fixed VHD or raw, partitions, NTFS, registry hives, crash dumps.
 *
 * Every layer can be used alone. Nothing is written, nothing is read that no answer needs, and every error is a
 * `DiskError`.
 */
export type { ByteSource } from "./byte-source";
export { openFile } from "./sources/file-source";
export { openUrl, type UrlOptions } from "./sources/http-source";
export { MemorySource } from "./sources/memory-source";
export { SliceSource } from "./sources/slice-source";
export { CachedSource } from "./sources/cached-source";
export { readInto } from "./sources/read-into";
export { ExtentSource } from "./sources/extent-source";
export { openDiskImage, type DiskImage, type DiskImageOptions, type Partition } from "./disk-image";
export type { FileSystem } from "./partitions/file-system";
export { NtfsVolume } from "./ntfs/volume";
export type { NtfsFile, StreamInfo } from "./ntfs/ntfs-file";
export type { ReparsePoint } from "./ntfs/reparse-point";
export type { Extent } from "./ntfs/extent";
export type { Run } from "./ntfs/run-list";
export type { StreamOptions } from "./ntfs/stream";
export { RegistryHive } from "./registry/registry-hive";
export type { RegistryKey } from "./registry/registry-key";
export { RegistryType, type RegistryValue } from "./registry/registry-value";
export { statusName } from "./crash-dump/status-names";
export type { BugCheck } from "./crash-dump/bug-check";
export { readDumpHeader, type DumpHeader } from "./crash-dump/dump-header";
export { EventLog } from "./event-log/event-log";
export type { EventDatum, EventRecord } from "./event-log/event-record";
export { findWindows, openHive, type WindowsVolume } from "./windows";
export { triage, type TriageOptions } from "./triage/triage";
export { findCrashEvents, type CrashEvent } from "./triage/crash-events";
export { findEvidence, type EvidenceFile } from "./triage/evidence";
export { isTemporaryDump, isWrittenBelow, pathOnVolume, systemDrive } from "./triage/dump-places";
export { reservedSize } from "./triage/reserved-dump";
export { findDrive } from "./triage/other-volumes";
export type { Triage } from "./triage/triage-answer";
export { RecordedSource, type RecordedRead } from "./sources/recorded-source";
export { forPurpose } from "./sources/read-purpose";
export { unreadableForms } from "./unreadable-forms";
export * from "./errors";
