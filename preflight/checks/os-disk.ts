import { defineCheck, ok, stop } from "../check";

/** The OS disk is a managed disk in storage, which can be copied. */
export const OS_DISK = defineCheck({
  id: "os-disk",
  needs: ["vm", "osDisk"],
  unknown: "stop",
  judge({ vm, osDisk }) {
    if (vm === null) {
      return undefined;
    }
    if (vm.storageProfile?.osDisk?.diffDiskSettings?.option !== undefined) {
      return stop(
        "name a VM with an OS disk in storage",
        "this one's is ephemeral: it lives on the host, and nothing can copy it",
        "make the VM anew, and look for its logs where it sends them",
      );
    }
    if (osDisk === null) {
      return stop(
        "name a VM with a managed OS disk",
        "this one's is unmanaged",
        "use az vm repair create, or convert it with az vm convert",
      );
    }
    const size = osDisk.diskSizeGB === undefined ? "" : ` of ${osDisk.diskSizeGB} GiB`;
    return ok(`the OS disk is a managed disk${size}, ${osDisk.sku?.name ?? "of unknown kind"}`);
  },
});
