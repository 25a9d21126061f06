import type { Azure } from "../azure";
import { objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";

export const VM_TYPE = "Microsoft.Compute/virtualMachines";

/** Power state of a VM, as in `PowerState/…`. */
export type PowerState = "starting" | "running" | "stopped" | "deallocated";

const POWER = "power";

export function powerOf(vm: Resource): PowerState {
  return (vm.hidden.get(POWER) as PowerState | undefined) ?? "starting";
}

export function setPower(vm: Resource, state: PowerState): void {
  vm.hidden.set(POWER, state);
}

/** Ids of all managed disks that a VM body names, in lower case, the OS disk first. */
export function diskIdsOf(body: JsonObject): string[] {
  const profile = objectAt(body, "properties", "storageProfile");
  return [objectAt(profile, "osDisk"), ...objectsAt(profile, "dataDisks")]
    .map((disk) => textAt(disk, "managedDisk", "id")?.toLowerCase())
    .filter((id) => id !== undefined);
}

/** Ids of all network interfaces that a VM body names, in lower case. */
export function nicIdsOf(body: JsonObject): string[] {
  return objectsAt(body, "properties", "networkProfile", "networkInterfaces")
    .map((nic) => textAt(nic, "id")?.toLowerCase())
    .filter((id) => id !== undefined);
}

/** The VM that a disk belongs to. It follows from the VMs alone, so that the two sides cannot disagree. */
export function ownerOfDisk(azure: Azure, disk: ResourceId): Resource | undefined {
  return azure.store.ofType(VM_TYPE).find((vm) => diskIdsOf(vm.body).includes(disk.key));
}

/** The VM that a network interface belongs to. */
export function ownerOfNic(azure: Azure, nicKey: string): Resource | undefined {
  return azure.store.ofType(VM_TYPE).find((vm) => nicIdsOf(vm.body).includes(nicKey));
}
