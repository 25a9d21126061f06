import { UsageError } from "../errors";

/** A disk or snapshot in Azure. */
export interface AzureDisk {
  readonly kind: "snapshot" | "disk";
  readonly id: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** What a SOURCE argument names. */
export type SourceName =
  { readonly kind: "file"; readonly path: string } | { readonly kind: "url"; readonly url: string } | AzureDisk;

const resourceId =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/([^/]+)\/([^/]+)$/i;

/**
 * Tells what a SOURCE argument names: the resource id of a snapshot or disk, an address, or else a file.
 *
 * @throws UsageError for the resource id of something else
 */
export function parseSource(text: string): SourceName {
  if (/^https?:\/\//i.test(text)) return { kind: "url", url: text };
  if (!/^\/subscriptions\//i.test(text)) return { kind: "file", path: text };
  const [, subscription = "", resourceGroup = "", type = "", name = ""] = resourceId.exec(text) ?? [];
  const kinds: Record<string, AzureDisk["kind"]> = { snapshots: "snapshot", disks: "disk" };
  const kind = kinds[type.toLowerCase()];
  if (!kind) {
    const isVm = type.toLowerCase() === "virtualmachines";
    const hint = isVm
      ? "Name a snapshot of its OS disk: az vm show --ids VM_ID --query storageProfile.osDisk.managedDisk.id tells the disk, " +
        "az snapshot create --resource-group GROUP --name NAME --source DISK_ID makes one."
      : "Name the resource id of a Microsoft.Compute/snapshots or Microsoft.Compute/disks.";
    throw new UsageError(`${text} is no snapshot and no disk. ${hint}`);
  }
  return { kind, id: text, subscription, resourceGroup, name };
}
