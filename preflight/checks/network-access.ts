import { defineCheck, ok, stop, warning } from "../check";
import type { ManagedDisk } from "../facts";

/**
 * How far the OS disk may be exported, and so the snapshot, which is as closed as the disk. The repair VM reads its copy
 * all the same. Source: learn: disks-restrict-import-export-overview, disks-enable-private-links-for-import-export-portal.
 */
export const NETWORK_ACCESS = defineCheck({
  id: "network-access",
  needs: ["osDisk"],
  uses: ["diskAccess"],
  judge({ osDisk, diskAccess }, { extractFromSnapshot }) {
    if (osDisk === null) {
      return undefined;
    }
    const { networkAccessPolicy: policy = "AllowAll", publicNetworkAccess, diskAccessId } = osDisk;
    if (extractFromSnapshot) {
      const closed = whatCloses(osDisk);
      if (closed !== undefined) {
        return stop(
          `be false for a disk whose ${closed}`,
          "the snapshot is as closed as the disk, and nothing reads it from here",
          "leave extractFromSnapshot out; the repair VM needs no such access",
        );
      }
    }
    if (policy === "AllowPrivate" && diskAccess === null) {
      return warning(
        `the OS disk may be exported by private endpoints of ${diskAccessId ?? "a disk access"} only, and that is not there`,
        "the snapshot names it too: make it anew, or set the disk's networkAccessPolicy to DenyAll",
      );
    }
    if (policy === "DenyAll" || policy === "AllowPrivate" || publicNetworkAccess === "Disabled") {
      const how =
        policy === "AllowPrivate"
          ? `be exported by private endpoints of ${diskAccessId ?? "a disk access"} only`
          : "not be exported";
      return warning(
        `the OS disk may ${how} (${policy}, public network access ${publicNetworkAccess ?? "Enabled"}); its snapshot is as closed`,
        extractFromSnapshot
          ? "run pulumi up where such a private endpoint leads; if there is none, leave extractFromSnapshot out"
          : "the repair VM works as ever; azure-repair-kit inspect and extract cannot read the snapshot from here",
      );
    }
    return osDisk.dataAccessAuthMode === "AzureActiveDirectory"
      ? warning(
          "reading the snapshot from outside needs an Entra token besides the signature (dataAccessAuthMode)",
          "the repair VM works as ever; azure-repair-kit inspect and extract do not read such a snapshot",
        )
      : ok("the OS disk may be exported, so the snapshot can be read from outside too");
  },
});

/** Which property of a disk forbids to read its snapshot by a signature, wherever the reader is; undefined: none. */
function whatCloses({ networkAccessPolicy, publicNetworkAccess, dataAccessAuthMode }: ManagedDisk): string | undefined {
  if (networkAccessPolicy === "DenyAll") return "networkAccessPolicy is DenyAll";
  if (publicNetworkAccess === "Disabled" && networkAccessPolicy !== "AllowPrivate")
    return "publicNetworkAccess is Disabled";
  return dataAccessAuthMode === "AzureActiveDirectory" ? "dataAccessAuthMode is AzureActiveDirectory" : undefined;
}
