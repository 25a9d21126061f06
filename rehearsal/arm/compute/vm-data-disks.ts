import { randomBytes } from "node:crypto";
import type { Azure } from "../azure";
import { NotSimulated } from "../gateway-errors";
import { numberAt, objectAt, objectsAt, textAt, textsAt, type JsonObject } from "../json";
import { parseResourceId, providerId, type ResourceId } from "../resource-id";
import type { Resource } from "../resource";
import { hasActiveAccess } from "./disk-content";
import {
  ActiveAccess,
  BadRequest,
  DiskNameTaken,
  DiskNotFound,
  DiskOwnedByAnotherVm,
  InvalidParameter,
  OperationNotAllowed,
  PropertyChangeNotAllowed,
} from "./errors";
import { normalizeLocation } from "./copy-source";
import { ownerOfDisk } from "./ownership";
import type { VmSize } from "./sizes";

/** The VM whose disks are planned. */
export interface VmContext {
  readonly azure: Azure;
  readonly id: ResourceId;
  readonly location: string;
  readonly zone: string | undefined;
  readonly size: VmSize;
  /** Absent: the VM is being created. */
  readonly existing: Resource | undefined;
}

/** A managed disk that a VM makes by itself. */
export interface NewDisk {
  readonly id: ResourceId;
  readonly sizeInGiB: number;
  readonly sku: string;
}

/** The data disks a VM is going to have, and those of them it has to make. */
export interface DataDiskPlan {
  readonly dataDisks: JsonObject[];
  readonly made: readonly NewDisk[];
}

/** Checks and completes `dataDisks` as sent; the whole array is the new state (azure-arm.md 7.2). */
export function planDataDisks(context: VmContext, asked: readonly JsonObject[]): DataDiskPlan {
  const wanted = asked.filter((disk) => disk.toBeDetached !== true);
  checkLuns(context, wanted);
  const made: NewDisk[] = [];
  const dataDisks = wanted.map((disk) => {
    const planned = planDataDisk(context, disk);
    if (planned.made) {
      made.push(planned.made);
    }
    return planned.disk;
  });
  return { dataDisks, made };
}

function checkLuns({ size }: VmContext, disks: readonly JsonObject[]): void {
  const luns = disks.map((disk) => numberAt(disk, "lun") ?? -1);
  const wrong = luns.find((lun, index) => lun < 0 || lun > 63 || luns.indexOf(lun) !== index);
  if (wrong !== undefined) {
    // Modelled: LUNs are 0 to 63 and used once (learn: azure-vms-no-temp-disk, managed-disks-overview).
    throw new InvalidParameter(
      `The LUN ${wrong} of a data disk is out of range or used more than once.`,
      "dataDisk.lun",
    );
  }
  if (disks.length > size.maxDataDisks) {
    // learn: error-codes-vm, OperationNotAllowed
    throw new OperationNotAllowed(
      `The maximum number of data disks allowed to be attached to a VM of this size is ${size.maxDataDisks}.`,
      { target: "dataDisks" },
    );
  }
}

function planDataDisk(context: VmContext, disk: JsonObject): { disk: JsonObject; made?: NewDisk } {
  const lun = numberAt(disk, "lun") ?? 0;
  const before = objectsAt(context.existing?.body, "properties", "storageProfile", "dataDisks").find(
    (candidate) => candidate.lun === lun,
  );
  const sentId = textAt(disk, "managedDisk", "id");
  const beforeId = textAt(before, "managedDisk", "id");
  if (before !== undefined && sentId !== undefined && sentId.toLowerCase() !== beforeId?.toLowerCase()) {
    // An occupied LUN does not take another disk (azure-arm.md 6, 7.2).
    throw new PropertyChangeNotAllowed("dataDisk.managedDisk.id");
  }
  const option = textAt(disk, "createOption") ?? "";
  if (before !== undefined && (sentId !== undefined || option === textAt(before, "createOption"))) {
    return {
      disk: {
        ...before,
        ...disk,
        managedDisk: { ...objectAt(before, "managedDisk"), ...objectAt(disk, "managedDisk") },
      },
    };
  }
  if (option === "Attach") {
    return { disk: attachedDisk(context, disk) };
  }
  if (option !== "Empty") {
    throw new NotSimulated("PUT", `${context.id.text} with a data disk of createOption ${option}`);
  }
  return emptyDisk(context, disk, lun);
}

function attachedDisk(context: VmContext, disk: JsonObject): JsonObject {
  const resource = attachableDisk(context, textAt(disk, "managedDisk", "id") ?? "");
  checkEncryptionSettings(context, resource);
  const name = textAt(disk, "name");
  if (name !== undefined && name.toLowerCase() !== resource.id.name.toLowerCase()) {
    // azure-arm.md 6, azure-cli #20736
    throw new BadRequest(
      `Resource name '${name}' does not match resource name in ID '${resource.id.name}'`,
      "dataDisk.name",
    );
  }
  return completed(disk, resource.id.name, {
    id: textAt(disk, "managedDisk", "id"),
    storageAccountType: textAt(resource.body, "sku", "name"),
    sizeInGiB: numberAt(resource.body, "properties", "diskSizeGB"),
  });
}

/** A managed disk that this VM may take: it exists, is ready, near, and nobody else's (azure-arm.md 7.1, 7.2). */
export function attachableDisk(context: VmContext, diskId: string): Resource {
  const id = parseResourceId(diskId);
  const resource = id === null ? undefined : context.azure.store.get(id);
  if (id?.type.toLowerCase() !== "microsoft.compute/disks" || resource === undefined) {
    throw new DiskNotFound(id?.name ?? diskId, diskId);
  }
  const owner = ownerOfDisk(context.azure, id);
  if (owner !== undefined && owner.id.key !== context.id.key) {
    throw new DiskOwnedByAnotherVm(id.name, id.text, context.id.text, owner.id.text);
  }
  if (hasActiveAccess(resource)) {
    throw new ActiveAccess("disk", id.name);
  }
  if (normalizeLocation(textAt(resource.body, "location") ?? "") !== normalizeLocation(context.location)) {
    // The rule is azure-arm.md 7.2; the wording is modelled.
    throw new BadRequest(`Disk ${id.text} cannot be attached to the VM: it is in another region.`, id.text);
  }
  const zone = textsAt(resource.body, "zones")[0];
  if (zone !== undefined && zone !== context.zone) {
    throw new BadRequest(
      `Disk ${id.text} cannot be attached to the VM because it is in zone '${zone}' and the VM is in ${context.zone === undefined ? "no zone" : `zone '${context.zone}'`}.`,
      id.text,
    );
  }
  return resource;
}

/** A disk with Azure Disk Encryption settings becomes a data disk at the VM's creation only (windows-dumps.md 1.10; code modelled). */
function checkEncryptionSettings({ existing }: VmContext, disk: Resource): void {
  if (existing !== undefined && objectAt(disk.body, "properties", "encryptionSettingsCollection").enabled === true) {
    throw new OperationNotAllowed(`Disk ${disk.id.name} contains encryption settings and cannot be a data disk.`, {
      target: disk.id.text,
    });
  }
}

function emptyDisk(context: VmContext, disk: JsonObject, lun: number): { disk: JsonObject; made: NewDisk } {
  const name = textAt(disk, "name") ?? `${context.id.name}_disk${lun + 2}_${randomBytes(16).toString("hex")}`;
  const sizeInGiB = numberAt(disk, "diskSizeGB");
  if (sizeInGiB === undefined) {
    throw new InvalidParameter("Required parameter 'dataDisk.diskSizeGB' is missing (null).", "dataDisk.diskSizeGB");
  }
  const made = newDisk(context, name, sizeInGiB, textAt(disk, "managedDisk", "storageAccountType"));
  return { disk: completed(disk, name, { id: made.id.text, storageAccountType: made.sku, sizeInGiB }), made };
}

/** A disk that the VM makes in its own resource group, whose name must be free. */
export function newDisk(context: VmContext, name: string, sizeInGiB: number, sku: string | undefined): NewDisk {
  const id = providerId(resourceGroupOf(context.id), "Microsoft.Compute", "disks", name);
  if (context.azure.store.get(id) !== undefined) {
    throw new DiskNameTaken(name, context.id.resourceGroup ?? "", id.text);
  }
  return { id, sizeInGiB, sku: sku ?? (context.size.premium ? "Premium_LRS" : "Standard_LRS") };
}

function resourceGroupOf(id: ResourceId): ResourceId | null {
  return id.type === "Microsoft.Resources/resourceGroups" || id.parent === null ? id : resourceGroupOf(id.parent);
}

/** What a GET shows of a data disk although nobody sent it (azure-arm.md 7.2). */
function completed(
  disk: JsonObject,
  name: string,
  facts: { id: string | undefined; storageAccountType: string | undefined; sizeInGiB: number | undefined },
): JsonObject {
  return {
    ...disk,
    name,
    caching: disk.caching ?? "None",
    managedDisk: { ...objectAt(disk, "managedDisk"), storageAccountType: facts.storageAccountType, id: facts.id },
    deleteOption: disk.deleteOption ?? "Detach",
    diskSizeGB: facts.sizeInGiB,
    toBeDetached: false,
  };
}
