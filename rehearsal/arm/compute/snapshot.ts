import { BLOB_PLANE } from "../blob/service";
import { NotSimulated } from "../gateway-errors";
import { numberAt, objectAt, textAt, valueAt, type JsonObject } from "../json";
import { COMPUTE_DISK } from "../long-running";
import type { PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { DISK_API_VERSIONS } from "./api-versions";
import { copiedSize, copySource } from "./copy-source";
import { BEGIN_GET_ACCESS, END_GET_ACCESS } from "./disk-access";
import { deleteContent, hasActiveAccess, setBlob } from "./disk-content";
import { changedBody, checkDiskName, withDiskDefaults } from "./disk-defaults";
import { ActiveAccess, InvalidParameter, PropertyChangeNotAllowed } from "./errors";

/** Microsoft.Compute/snapshots: a full copy of a managed disk, usable as soon as it is taken (azure-arm.md 3.3, 4, 7). */
export const SNAPSHOT: ResourceType = {
  type: "Microsoft.Compute/snapshots",
  apiVersions: DISK_API_VERSIONS,
  tracked: true,
  checkName: checkDiskName,
  shape: shapeOf("compute", "Snapshot"),
  patchShape: shapeOf("compute", "SnapshotUpdate"),
  longRunning: COMPUTE_DISK,
  put: (request) => (request.existing === undefined ? create(request) : replace(request)),
  patch: ({ existing, body }) => ({ body: changedBody(existing.body, body) }),
  delete({ azure, existing }) {
    if (hasActiveAccess(existing)) {
      throw new ActiveAccess("snapshot", existing.id.name);
    }
    return { work: (resource) => deleteContent(azure, resource) };
  },
  actions: { beginGetAccess: BEGIN_GET_ACCESS, endGetAccess: END_GET_ACCESS },
  show: (resource) => ({
    ...resource.body,
    properties: {
      ...objectAt(resource.body, "properties"),
      diskState: hasActiveAccess(resource) ? "ActiveSAS" : "Unattached",
    },
  }),
};

function create({ azure, body, id }: PutRequest): WritePlan {
  const option = textAt(body, "properties", "creationData", "createOption");
  if (option === "CopyStart" || option === "Import") {
    throw new NotSimulated("PUT", `${id.text} with createOption ${option}`);
  }
  if (option !== "Copy") {
    throw new InvalidParameter(
      `The value '${option ?? ""}' of parameter creationData.createOption is not allowed for a snapshot.`,
      "creationData.createOption",
    );
  }
  const source = copySource(azure, body);
  const size = copiedSize(source.blob, numberAt(body, "properties", "diskSizeGB"));
  return {
    body: filledBody(body, source.resource.body, size),
    async work(resource) {
      setBlob(resource, await azure.service(BLOB_PLANE).disks.copy(source.blob, size));
    },
  };
}

/** A snapshot is what it was taken of: only its settings can change (azure-arm.md 6, PropertyChangeNotAllowed). */
function replace({ body, existing }: PutRequest): WritePlan {
  for (const property of ["createOption", "sourceResourceId"]) {
    const before = textAt(existing?.body, "properties", "creationData", property);
    const wanted = textAt(body, "properties", "creationData", property);
    if (before?.toLowerCase() !== wanted?.toLowerCase()) {
      throw new PropertyChangeNotAllowed(`creationData.${property}`);
    }
  }
  return { body: changedBody(existing?.body ?? {}, body) };
}

function filledBody(body: JsonObject, source: JsonObject, size: number): JsonObject {
  const filled = withDiskDefaults(body, size);
  const properties = objectAt(filled, "properties");
  const osType = properties.osType ?? valueAt(source, "properties", "osType");
  return {
    ...filled,
    sku: { name: textAt(body, "sku", "name") ?? "Standard_LRS", tier: "Standard" },
    properties: {
      ...properties,
      // Modelled: the operating system follows the source; generation, plan and security profile must be sent, as az does.
      ...(osType === undefined ? {} : { osType }),
      incremental: properties.incremental ?? false,
      creationData: {
        ...objectAt(properties, "creationData"),
        sourceUniqueId: valueAt(source, "properties", "uniqueId"),
      },
    },
  };
}
