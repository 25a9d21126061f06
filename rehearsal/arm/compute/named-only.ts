import type { ResourceType } from "../resource-type";
import { DISK_API_VERSIONS } from "./api-versions";

/*
 * Types that a disk names and the kit only reads: they can be seeded and read, not put (answered 501).
 */

/** Microsoft.Compute/diskAccesses: what private endpoints export disks through (learn: disks-enable-private-links-for-import-export-portal). */
export const DISK_ACCESS: ResourceType = {
  type: "Microsoft.Compute/diskAccesses",
  apiVersions: DISK_API_VERSIONS,
  tracked: true,
};

/** Microsoft.Compute/diskEncryptionSets: which key a disk is encrypted with (learn: disk-encryption). */
export const DISK_ENCRYPTION_SET: ResourceType = {
  type: "Microsoft.Compute/diskEncryptionSets",
  apiVersions: DISK_API_VERSIONS,
  tracked: true,
};
