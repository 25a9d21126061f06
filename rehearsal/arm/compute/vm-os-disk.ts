import { randomBytes } from "node:crypto";
import { NotSimulated } from "../gateway-errors";
import { numberAt, objectAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import {
  BadRequest,
  InvalidParameter,
  OperationNotAllowed,
  PropertyChangeNotAllowed,
  VMMarketplaceInvalidInput,
} from "./errors";
import type { PlatformImage } from "./images";
import { powerOf } from "./ownership";
import { attachableDisk, newDisk, type NewDisk, type VmContext } from "./vm-data-disks";

/** The OS disk a VM is going to have, and the disk to make for it. */
export interface OsDiskPlan {
  readonly osDisk: JsonObject;
  readonly generation: "V1" | "V2";
  readonly made?: NewDisk;
}

/** The OS disk of a new VM from a platform image: a managed disk with a generated name (azure-arm.md 3.4). */
export function osDiskFromImage(context: VmContext, asked: JsonObject, image: PlatformImage): OsDiskPlan {
  if (asked.diffDiskSettings !== undefined || asked.vhd !== undefined) {
    throw new NotSimulated("PUT", `${context.id.text} with an ephemeral or unmanaged OS disk`);
  }
  const sizeInGiB = numberAt(asked, "diskSizeGB") ?? image.size;
  if (sizeInGiB < image.size) {
    // learn: error-codes-vm; wording modelled
    throw new OperationNotAllowed(
      `The specified disk size ${sizeInGiB} GB is smaller than the size of the corresponding disk in the VM image: ${image.size} GB. This is not allowed.`,
      { target: "osDisk.diskSizeGB" },
    );
  }
  const name = textAt(asked, "name") ?? `${context.id.name}_OsDisk_1_${randomBytes(16).toString("hex")}`;
  const made = newDisk(context, name, sizeInGiB, textAt(asked, "managedDisk", "storageAccountType"));
  return {
    generation: image.hyperVGeneration,
    made,
    osDisk: completed(asked, image.osType, name, { id: made.id.text, storageAccountType: made.sku, sizeInGiB }),
  };
}

/** The OS disk of a VM that is made from an existing managed disk, or gets another one (the swap of a repaired disk). */
export function osDiskAttached(context: VmContext, asked: JsonObject, body: JsonObject): OsDiskPlan {
  const resource = attachableDisk(context, textAt(asked, "managedDisk", "id") ?? "");
  const osType = textAt(asked, "osType") ?? textAt(resource.body, "properties", "osType");
  if (osType === undefined) {
    throw new InvalidParameter("Required parameter 'osDisk.osType' is missing (null).", "osDisk.osType");
  }
  if (planOf(resource) !== undefined && body.plan === undefined) {
    throw new VMMarketplaceInvalidInput();
  }
  return {
    generation: generationOf(resource),
    osDisk: completed(asked, osType, resource.id.name, {
      id: textAt(asked, "managedDisk", "id"),
      storageAccountType: textAt(resource.body, "sku", "name"),
      sizeInGiB: numberAt(resource.body, "properties", "diskSizeGB"),
    }),
  };
}

/** The OS disk of a VM that exists: kept, or exchanged for another managed disk while the VM is deallocated. */
export function osDiskOfExisting(context: VmContext, vm: Resource, asked: JsonObject): JsonObject {
  const before = objectAt(vm.body, "properties", "storageProfile", "osDisk");
  const beforeId = textAt(before, "managedDisk", "id");
  const wantedId = textAt(asked, "managedDisk", "id");
  const wantedName = textAt(asked, "name");
  if (wantedId === undefined || wantedId.toLowerCase() === beforeId?.toLowerCase()) {
    if (wantedName !== undefined && wantedName.toLowerCase() !== textAt(before, "name")?.toLowerCase()) {
      throw new PropertyChangeNotAllowed("osDisk.name");
    }
    return {
      ...before,
      ...asked,
      managedDisk: { ...objectAt(asked, "managedDisk"), ...objectAt(before, "managedDisk") },
    };
  }
  if (powerOf(vm) !== "deallocated") {
    // learn: os-disk-swap, "stop\deallocate the VM"; wording modelled
    throw new OperationNotAllowed(
      `The OS disk of VM ${vm.id.name} can only be exchanged while the VM is deallocated.`,
      { target: "osDisk" },
    );
  }
  const resource = attachableDisk(context, wantedId);
  const old = beforeId === undefined ? undefined : context.azure.store.get(beforeId);
  if (old !== undefined && generationOf(old) !== generationOf(resource)) {
    // azure-arm.md 6: Hyper-V generation mismatch at swap
    throw new PropertyChangeNotAllowed("osDisk.managedDisk.id");
  }
  if (wantedName !== undefined && wantedName.toLowerCase() !== resource.id.name.toLowerCase()) {
    throw new BadRequest(
      `Resource name '${wantedName}' does not match resource name in ID '${resource.id.name}'`,
      "osDisk.name",
    );
  }
  // After a swap createOption stays what it was (azure-arm.md 3.4).
  return {
    ...before,
    name: resource.id.name,
    diskSizeGB: numberAt(resource.body, "properties", "diskSizeGB"),
    managedDisk: { storageAccountType: textAt(resource.body, "sku", "name"), id: wantedId },
  };
}

/** Generation of a disk; one that does not say is Generation 1 (learn: generation-2). */
export function generationOf(disk: Resource): "V1" | "V2" {
  return textAt(disk.body, "properties", "hyperVGeneration") === "V2" ? "V2" : "V1";
}

function planOf(disk: Resource): string | undefined {
  return textAt(disk.body, "properties", "purchasePlan", "name");
}

function completed(
  asked: JsonObject,
  osType: string,
  name: string,
  facts: { id: string | undefined; storageAccountType: string | undefined; sizeInGiB: number | undefined },
): JsonObject {
  return {
    osType,
    ...asked,
    name,
    caching: asked.caching ?? "ReadWrite",
    managedDisk: { ...objectAt(asked, "managedDisk"), storageAccountType: facts.storageAccountType, id: facts.id },
    deleteOption: asked.deleteOption ?? "Detach",
    diskSizeGB: facts.sizeInGiB,
  };
}
