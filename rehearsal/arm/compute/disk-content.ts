import { BLOB_PLANE } from "../blob/service";
import type { DiskBlob } from "../blob";
import type { Azure } from "../azure";
import type { Resource } from "../resource";

const BLOB = "blob";
const ACCESS = "access";

/** Bytes in a GiB: what `diskSizeGB` counts. */
export const GIB = 2 ** 30;

/** The page blob behind a disk or snapshot; undefined while it is being made. */
export function blobOf(resource: Resource): DiskBlob | undefined {
  return resource.hidden.get(BLOB) as DiskBlob | undefined;
}

export function setBlob(resource: Resource, blob: DiskBlob): void {
  resource.hidden.set(BLOB, blob);
}

/** True while a shared access signature of the disk or snapshot is live. */
export function hasActiveAccess(resource: Resource): boolean {
  return activeAccess(resource) !== undefined;
}

/** Address and end of a live shared access signature. */
export interface ActiveAccessGrant {
  readonly accessSAS: string;
  readonly expires: Date;
}

export function activeAccess(resource: Resource): ActiveAccessGrant | undefined {
  const grant = resource.hidden.get(ACCESS) as ActiveAccessGrant | undefined;
  return grant !== undefined && grant.expires > new Date() ? grant : undefined;
}

export function setActiveAccess(resource: Resource, grant: ActiveAccessGrant | undefined): void {
  resource.hidden.set(ACCESS, grant);
}

/** Removes the bytes of a disk or snapshot. */
export async function deleteContent(azure: Azure, resource: Resource): Promise<void> {
  const blob = blobOf(resource);
  if (blob) {
    await azure.service(BLOB_PLANE).disks.delete(blob);
    resource.hidden.delete(BLOB);
  }
}
