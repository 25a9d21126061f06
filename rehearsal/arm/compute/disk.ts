import { BLOB_PLANE } from "../blob/service";
import { NotSimulated } from "../gateway-errors";
import { numberAt, objectAt, textAt, textsAt, valueAt, type JsonObject } from "../json";
import { COMPUTE_DISK } from "../long-running";
import type {
  DeletePlan,
  DeleteRequest,
  PatchRequest,
  PutRequest,
  ResourceType,
  ShowRequest,
  WritePlan,
} from "../resource-type";
import type { Resource } from "../resource";
import { shapeOf } from "../shapes/body-shape";
import { DISK_API_VERSIONS } from "./api-versions";
import { copiedSize, copySource, type CopySource } from "./copy-source";
import { BEGIN_GET_ACCESS, END_GET_ACCESS } from "./disk-access";
import { blobOf, deleteContent, GIB, hasActiveAccess, setBlob } from "./disk-content";
import { changedBody, checkDiskName, withDiskDefaults } from "./disk-defaults";
import { performanceOf, skuOf } from "./disk-skus";
import {
  ActiveAccess,
  BadRequest,
  DiskAttached,
  InvalidParameter,
  OperationNotAllowed,
  PropertyChangeNotAllowed,
} from "./errors";
import { ownerOfDisk, powerOf } from "./ownership";

/** Microsoft.Compute/disks (azure-arm.md 3.3, 4, 5, 7). */
export const DISK: ResourceType = {
  type: "Microsoft.Compute/disks",
  apiVersions: DISK_API_VERSIONS,
  tracked: true,
  checkName: checkDiskName,
  shape: shapeOf("compute", "Disk"),
  patchShape: shapeOf("compute", "DiskUpdate"),
  longRunning: COMPUTE_DISK,
  put: (request) => (request.existing === undefined ? create(request) : replace(request, request.existing)),
  patch: (request) => change(request, request.existing),
  delete: remove,
  actions: { beginGetAccess: BEGIN_GET_ACCESS, endGetAccess: END_GET_ACCESS },
  show,
};

function create({ azure, body, id }: PutRequest): WritePlan {
  checkZones(body);
  const sku = skuOf(body, "Standard_LRS");
  const option = textAt(body, "properties", "creationData", "createOption");
  if (option === "Copy") {
    const source = copySource(azure, body);
    const size = copiedSize(source.blob, numberAt(body, "properties", "diskSizeGB"));
    return {
      body: { ...copyBody(body, source, size), sku },
      async work(resource) {
        setBlob(resource, await azure.service(BLOB_PLANE).disks.copy(source.blob, size));
      },
    };
  }
  if (option !== "Empty") {
    throw new NotSimulated("PUT", `${id.text} with createOption ${option ?? ""}`);
  }
  const size = sizeInGiB(body) * GIB;
  return {
    body: { ...withDiskDefaults(body, size), sku },
    async work(resource) {
      setBlob(resource, await azure.service(BLOB_PLANE).disks.empty(size));
    },
  };
}

/** 1 to 32,767 GiB (learn: disks-types). */
function sizeInGiB(body: JsonObject): number {
  const size = numberAt(body, "properties", "diskSizeGB");
  if (size === undefined || !Number.isInteger(size) || size < 1 || size > 32_767) {
    throw new InvalidParameter(
      `The value '${size ?? ""}' of parameter disk.properties.diskSizeGB is out of range. Value '${size ?? ""}' must be between '1' and '32767' inclusive.`,
      "disk.properties.diskSizeGB",
    );
  }
  return size;
}

function checkZones(body: JsonObject): void {
  const zones = textsAt(body, "zones");
  const wrong = zones.find((zone) => !["1", "2", "3"].includes(zone));
  if (wrong !== undefined || zones.length > 1) {
    // Modelled: a zonal disk is in one zone.
    throw new BadRequest(
      `The zone(s) '${zones.join(", ")}' are not supported. A disk is in one of the zones '1', '2', '3'.`,
      "zones",
    );
  }
}

function copyBody(body: JsonObject, source: CopySource, size: number): JsonObject {
  const filled = withDiskDefaults(body, size);
  const properties = objectAt(filled, "properties");
  const osType = properties.osType ?? valueAt(source.resource.body, "properties", "osType");
  return {
    ...filled,
    properties: {
      ...properties,
      // Modelled: the operating system follows the source; generation, plan and security profile must be sent, as az does.
      ...(osType === undefined ? {} : { osType }),
      creationData: {
        ...objectAt(properties, "creationData"),
        sourceUniqueId: valueAt(source.resource.body, "properties", "uniqueId"),
      },
    },
  };
}

/** PUT on a disk that exists: where it came from, its zone and its generation are fixed (azure-arm.md 6). */
function replace(request: PutRequest, existing: Resource): WritePlan {
  for (const path of [
    ["properties", "creationData", "createOption"],
    ["properties", "creationData", "sourceResourceId"],
    ["properties", "hyperVGeneration"],
  ]) {
    const wanted = textAt(request.body, ...path);
    if (wanted !== undefined && wanted.toLowerCase() !== textAt(existing.body, ...path)?.toLowerCase()) {
      throw new PropertyChangeNotAllowed(path.slice(1).join("."));
    }
  }
  if (textsAt(request.body, "zones").join() !== textsAt(existing.body, "zones").join()) {
    throw new PropertyChangeNotAllowed("zones");
  }
  return change(request, existing);
}

function change({ azure, body }: PutRequest | PatchRequest, existing: Resource): WritePlan {
  const owner = ownerOfDisk(azure, existing.id);
  const inUse = owner !== undefined && powerOf(owner) !== "deallocated";
  const sku = skuOf(body, textAt(existing.body, "sku", "name") ?? "Standard_LRS");
  if (inUse && sku.name !== textAt(existing.body, "sku", "name")) {
    throw new OperationNotAllowed(
      `The sku of disk ${existing.id.name} can only be changed while it is not attached or its VM ${owner.id.text} is deallocated.`,
    );
  }
  const before = numberAt(existing.body, "properties", "diskSizeGB") ?? 0;
  const wanted = numberAt(body, "properties", "diskSizeGB") ?? before;
  if (wanted < before) {
    // learn: expand-disks, "Shrinking an existing disk isn't supported"; wording modelled.
    throw new InvalidParameter(
      `Disk ${existing.id.name} cannot be resized from ${before} GB to ${wanted} GB: a disk does not shrink.`,
      "diskSizeGB",
    );
  }
  const changed = { ...changedBody(existing.body, body), sku };
  return wanted === before ? { body: changed } : grow(azure, changed, wanted);
}

function grow(azure: PutRequest["azure"], body: JsonObject, sizeInGiB: number): WritePlan {
  const size = sizeInGiB * GIB;
  return {
    body: { ...body, properties: { ...objectAt(body, "properties"), diskSizeBytes: size } },
    async work(resource) {
      const blob = blobOf(resource);
      if (blob !== undefined) {
        setBlob(resource, await azure.service(BLOB_PLANE).disks.resize(blob, size));
      }
    },
  };
}

function remove({ azure, existing, cascade }: DeleteRequest): DeletePlan {
  const owner = ownerOfDisk(azure, existing.id);
  const goesToo = cascade && owner?.id.resourceGroup?.toLowerCase() === existing.id.resourceGroup?.toLowerCase();
  if (owner !== undefined && !goesToo) {
    throw new DiskAttached(existing.id.name, owner.id.text);
  }
  if (hasActiveAccess(existing)) {
    throw new ActiveAccess("disk", existing.id.name);
  }
  return { work: (resource) => deleteContent(azure, resource) };
}

/** managedBy and diskState follow from the VMs and from live signatures (azure-arm.md 7.2). */
function show(resource: Resource, { azure }: ShowRequest): JsonObject {
  const owner = ownerOfDisk(azure, resource.id);
  const properties = objectAt(resource.body, "properties");
  return {
    ...resource.body,
    ...(owner === undefined ? {} : { managedBy: owner.id.text }),
    properties: {
      ...performanceOf(textAt(resource.body, "sku", "name") ?? "", numberAt(properties, "diskSizeGB") ?? 0),
      ...properties,
      diskState: diskState(resource, owner),
    },
  };
}

function diskState(resource: Resource, owner: Resource | undefined): string {
  if (owner !== undefined) {
    return powerOf(owner) === "deallocated" ? "Reserved" : "Attached";
  }
  return hasActiveAccess(resource) ? "ActiveSAS" : "Unattached";
}
