import type { GuestDisk, GuestMachine } from "../../guest";
import { CachedSource } from "../../../disk";
import type { Azure } from "../azure";
import { BLOB_PLANE } from "../blob/service";
import { numberAt, objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { blobOf, GIB } from "./disk-content";
import { findSize } from "./sizes";
import { VM_HOST } from "./vm-host";
import { userAssignedPrincipal } from "./vm-identity";

const BOOTED_FROM = "booted from";

/** The inside of a VM as guest scripts see it now. */
export function guestMachine(azure: Azure, vm: Resource): GuestMachine {
  const profile = objectAt(vm.body, "properties", "storageProfile");
  const osDisk: GuestDisk = { lun: null, bytes: null, size: (numberAt(profile, "osDisk", "diskSizeGB") ?? 0) * GIB };
  const nvme = findSize(textAt(vm.body, "properties", "hardwareProfile", "vmSize") ?? "")?.nvme === true;
  return {
    vmName: vm.id.name,
    disks: [osDisk, ...objectsAt(profile, "dataDisks").map((disk) => dataDisk(azure, disk))],
    bootedFromLun: (vm.hidden.get(BOOTED_FROM) as number | undefined) ?? null,
    busType: nvme || textAt(profile, "diskControllerType") === "NVMe" ? "NVMe" : "SAS",
    caFile: azure.service(VM_HOST).caFile,
    token(resource, clientId) {
      const principal = userAssignedPrincipal(vm, clientId);
      if (principal === undefined) {
        // Wording of the instance metadata service (learn: how-to-use-vm-token, "Identity not found").
        return Promise.reject(
          new Error(`Identity not found: VM ${vm.id.name} has no user-assigned identity with client id ${clientId}.`),
        );
      }
      const { token, expiresOn } = azure.tokens.issue(resource, principal);
      return Promise.resolve({ access_token: token, expires_on: String(expiresOn), resource });
    },
  };
}

/** Plays the firmware: decides which disk Windows starts from, until the next start. */
export function bootVm(azure: Azure, vm: Resource): void {
  const dataDisks = objectsAt(vm.body, "properties", "storageProfile", "dataDisks");
  const copy = azure.service(VM_HOST).bootFromCopy ? dataDisks.find((disk) => isCopy(azure, disk)) : undefined;
  vm.hidden.set(BOOTED_FROM, copy === undefined ? undefined : numberAt(copy, "lun"));
}

function dataDisk(azure: Azure, disk: JsonObject): GuestDisk {
  const lun = numberAt(disk, "lun") ?? 0;
  const resource = azure.store.get(textAt(disk, "managedDisk", "id") ?? "");
  const blob = resource && blobOf(resource);
  const size = blob?.size ?? (numberAt(disk, "diskSizeGB") ?? 0) * GIB;
  const bytes = blob && isCopy(azure, disk) ? new CachedSource(azure.service(BLOB_PLANE).disks.bytes(blob)) : null;
  return { lun, bytes, size };
}

function isCopy(azure: Azure, disk: JsonObject): boolean {
  const resource = azure.store.get(textAt(disk, "managedDisk", "id") ?? "");
  return textAt(resource?.body, "properties", "creationData", "createOption") === "Copy";
}
