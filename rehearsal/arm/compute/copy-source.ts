import type { Azure } from "../azure";
import { ResourceNotFound } from "../gateway-errors";
import { textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { parseResourceId } from "../resource-id";
import { blobOf, GIB } from "./disk-content";
import { BadRequest, InvalidParameter, OperationNotAllowed } from "./errors";
import type { DiskBlob } from "../blob";

/** A disk or snapshot that another one is made from. */
export interface CopySource {
  readonly resource: Resource;
  readonly blob: DiskBlob;
}

const COPYABLE = ["microsoft.compute/disks", "microsoft.compute/snapshots"];

/** The source that `creationData.sourceResourceId` names; it must exist, be ready, and be in the same region (azure-arm.md 7.1). */
export function copySource(azure: Azure, body: JsonObject): CopySource {
  const text = textAt(body, "properties", "creationData", "sourceResourceId");
  const id = text === undefined ? null : parseResourceId(text);
  if (id === null || !COPYABLE.includes(id.type.toLowerCase())) {
    throw new InvalidParameter(
      `Required parameter 'creationData.sourceResourceId' is missing or is no disk or snapshot: '${text ?? ""}'.`,
      "creationData.sourceResourceId",
    );
  }
  const resource = azure.store.get(id);
  if (resource === undefined) {
    throw new ResourceNotFound(id);
  }
  const blob = blobOf(resource);
  if (blob === undefined || resource.provisioningState === "Deleting") {
    throw new OperationNotAllowed(
      `Source resource ${id.text} is in provisioning state ${resource.provisioningState} and cannot be copied.`,
    );
  }
  const target = textAt(body, "location") ?? "";
  const location = textAt(resource.body, "location") ?? "";
  if (normalizeLocation(location) !== normalizeLocation(target)) {
    // The rule is azure-arm.md 7.1 and 7.2; the wording is modelled.
    throw new BadRequest(
      `Source resource ${id.text} is in location '${location}'. It must be in the location '${target}' of the resource made from it.`,
      "creationData.sourceResourceId",
    );
  }
  return { resource, blob };
}

/** "West US 2" and "westus2" are the same region (azure-arm.md 2). */
export function normalizeLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}

/** Bytes of a copy: the source's own, or the asked GiB where that is more. */
export function copiedSize(source: DiskBlob, askedGiB: number | undefined): number {
  const sourceGiB = Math.ceil(source.size / GIB);
  if (askedGiB === undefined || askedGiB === sourceGiB) {
    return source.size;
  }
  if (askedGiB < sourceGiB) {
    // Modelled: a copy is never smaller than its source.
    throw new InvalidParameter(
      `The value ${askedGiB} of disk size in GB is smaller than the size ${sourceGiB} of its source.`,
      "diskSizeGB",
    );
  }
  return askedGiB * GIB;
}
