import type { DiskReference } from "./read-access";

const pattern =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/(snapshots|disks)\/([^/]+)$/i;

/** Reads the resource id of a snapshot or disk; null when it is that of something else. */
export function diskReference(id: string): DiskReference | null {
  const [, subscription, resourceGroup, type, name] = pattern.exec(id) ?? [];
  if (!subscription || !resourceGroup || !type || !name) return null;
  const kind = type.toLowerCase() === "snapshots" ? "snapshot" : "disk";
  return { kind, id, subscription, resourceGroup, name };
}
