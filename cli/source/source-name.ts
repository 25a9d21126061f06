import { diskReference } from "../../azure/disk-reference";
import type { DiskReference } from "../../azure/read-access";
import { UsageError } from "../errors";

/** What a SOURCE argument names. */
export type SourceName =
  { readonly kind: "file"; readonly path: string } | { readonly kind: "url"; readonly url: string } | DiskReference;

/**
 * Tells what a SOURCE argument names: the resource id of a snapshot or disk, an address, or else a file.
 *
 * @throws UsageError for the resource id of something else
 */
export function parseSource(text: string): SourceName {
  if (/^https?:\/\//i.test(text)) return { kind: "url", url: text };
  if (!/^\/subscriptions\//i.test(text)) return { kind: "file", path: text };
  const disk = diskReference(text);
  if (disk) return disk;
  const isVm = /\/providers\/Microsoft\.Compute\/virtualMachines\/[^/]+$/i.test(text);
  const hint = isVm
    ? "Name a snapshot of its OS disk: az vm show --ids VM_ID --query storageProfile.osDisk.managedDisk.id tells the disk, " +
      "az snapshot create --resource-group GROUP --name NAME --source DISK_ID makes one."
    : "Name the resource id of a Microsoft.Compute/snapshots or Microsoft.Compute/disks.";
  throw new UsageError(`${text} is no snapshot and no disk. ${hint}`);
}
