/** Pulumi components for repairing Azure VMs that do not boot. Everything in `internal` may change at any time. */
export type { ProbeAnswer } from "./internal/probe-answer";
export { DiskAttachment, type DiskAttachmentArgs } from "./disk-attachment";
export { type BugCheck, DumpCollection, type DumpCollectionArgs, type SearchedPlace } from "./dump-collection";
export { type ChangedValue, DumpEnablement, type DumpEnablementArgs } from "./dump-enablement";
export { DumpStore, type DumpStoreArgs } from "./dump-store";
export { OsDiskCopy, type OsDiskCopyArgs } from "./os-disk-copy";
export { type CopyDumpSettings, RepairEnvironment, type RepairEnvironmentArgs } from "./repair-environment";
export { type AttachedDiskArgs, RepairVm, type RepairVmArgs } from "./repair-vm";
export { type DumpTargetArgs, SnapshotProbe, type SnapshotProbeArgs } from "./snapshot-probe";
