import { createHash, randomUUID } from "node:crypto";
import { mergePatch, objectAt, objectsAt, textAt, textsAt, valueAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { PatchRequest, PutRequest } from "../resource-type";
import { InvalidParameter, PropertyChangeNotAllowed } from "./errors";
import { findImage } from "./images";
import { checkOffered } from "./sizes";
import { checkCores } from "./usages";
import { checkGeneration, checkOsProfile, checkSecurityType, checkZones, sizeOf } from "./vm-checks";
import { planDataDisks, type NewDisk, type VmContext } from "./vm-data-disks";
import { planIdentity } from "./vm-identity";
import { planNetwork } from "./vm-network";
import { osDiskAttached, osDiskFromImage, osDiskOfExisting } from "./vm-os-disk";

/** A disk to make, and whether it is the OS disk: then with what facts of the image. */
export interface DiskToMake extends NewDisk {
  readonly properties: JsonObject;
}

/** The VM as it is going to be. */
export interface VmPlan {
  readonly body: JsonObject;
  readonly disks: readonly DiskToMake[];
  /** Fingerprint of the administrator's password, the only thing that is kept of it. */
  readonly passwordHash: string | undefined;
}

/** Plans the creation of a VM. */
export function planNewVm(request: PutRequest): VmPlan {
  const { azure, id, body } = request;
  checkZones(body);
  const context = contextOf(request, body, undefined);
  checkOffered(azure, context.size, context.location, textsAt(body, "zones")[0]);
  checkCores(azure, context.location, context.size);
  const askedOsDisk = objectAt(body, "properties", "storageProfile", "osDisk");
  const option = textAt(askedOsDisk, "createOption");
  if (option !== "FromImage" && option !== "Attach") {
    throw new InvalidParameter(
      `The value '${option ?? ""}' of parameter osDisk.createOption is not allowed.`,
      "osDisk.createOption",
    );
  }
  const reference = objectAt(body, "properties", "storageProfile", "imageReference");
  const image = option === "FromImage" ? findImage(reference) : undefined;
  if (image !== undefined) {
    checkOsProfile(body, image, id.name);
  }
  const os =
    image === undefined ? osDiskAttached(context, askedOsDisk, body) : osDiskFromImage(context, askedOsDisk, image);
  checkGeneration(context.size, os.generation);
  checkSecurityType(body, context.size, os.generation);
  const networkProfile = planNetwork(context, body);
  const data = planDataDisks(context, objectsAt(body, "properties", "storageProfile", "dataDisks"));
  const identity = planIdentity(azure, id, objectAt(body, "identity"), {});
  const imageId =
    image &&
    `/Subscriptions/${azure.subscriptionId}/Providers/Microsoft.Compute/Locations/${context.location}/Publishers/${image.publisher}/ArtifactTypes/VMImage/Offers/${image.offer}/Skus/${image.sku}/Versions/${image.version}`;
  const osProperties: JsonObject = {
    osType: os.osDisk.osType,
    hyperVGeneration: os.generation,
    supportedCapabilities: { diskControllerTypes: "SCSI, NVMe", acceleratedNetwork: true, architecture: "x64" },
    creationData: { createOption: "FromImage", imageReference: { id: imageId } },
    ...securityOf(body),
  };
  return {
    body: {
      ...body,
      ...(identity && { identity }),
      properties: {
        ...shownProperties(objectAt(body, "properties")),
        vmId: randomUUID(),
        timeCreated: new Date().toISOString(),
        networkProfile,
        ...(image && { osProfile: shownOsProfile(body, id.name) }),
        storageProfile: {
          ...objectAt(body, "properties", "storageProfile"),
          ...(image && { imageReference: { ...reference, exactVersion: image.version } }),
          osDisk: os.osDisk,
          dataDisks: data.dataDisks,
          diskControllerType:
            textAt(body, "properties", "storageProfile", "diskControllerType") ?? (context.size.nvme ? "NVMe" : "SCSI"),
        },
      },
    },
    disks: [...(os.made ? [{ ...os.made, properties: osProperties }] : []), ...data.made.map(emptyDisk)],
    passwordHash: hashOf(textAt(body, "properties", "osProfile", "adminPassword")),
  };
}

/** Plans a PUT on a VM that exists: the body is the new state, data disks that it does not name are detached. */
export function planReplacedVm(request: PutRequest, vm: Resource, passwordHash: string | undefined): VmPlan {
  const dataDisks = objectsAt(request.body, "properties", "storageProfile", "dataDisks");
  return planChangedVm(request, vm, request.body, dataDisks, passwordHash);
}

/** Plans a PATCH: what is not sent stays, data disks are merged by LUN (azure-arm.md 7.2). */
export function planPatchedVm(request: PatchRequest, vm: Resource, passwordHash: string | undefined): VmPlan {
  const { dataDisks: sent, ...profile } = objectAt(request.body, "properties", "storageProfile");
  const patch: JsonObject = {
    ...request.body,
    properties: {
      ...objectAt(request.body, "properties"),
      ...(request.body.properties !== undefined && { storageProfile: profile }),
    },
    // Tags in a PATCH replace the whole map (azure-arm.md 2); identities are merged by planIdentity.
    identity: undefined,
  };
  const merged = {
    ...mergePatch(vm.body, withoutUndefined(patch)),
    ...(request.body.tags !== undefined && { tags: request.body.tags }),
  };
  const before = objectsAt(vm.body, "properties", "storageProfile", "dataDisks");
  const patched = Array.isArray(sent) ? objectsAt(request.body, "properties", "storageProfile", "dataDisks") : [];
  const kept = before.filter((disk) => !patched.some((other) => other.lun === disk.lun));
  return planChangedVm(request, vm, merged, [...kept, ...patched], passwordHash);
}

function planChangedVm(
  request: PutRequest | PatchRequest,
  vm: Resource,
  body: JsonObject,
  dataDisks: readonly JsonObject[],
  passwordHash: string | undefined,
): VmPlan {
  const { azure, id } = request;
  const context = contextOf(request, body, vm);
  checkFixed(vm.body, body);
  const password = hashOf(textAt(request.body, "properties", "osProfile", "adminPassword"));
  if (password !== undefined && password !== passwordHash) {
    throw new PropertyChangeNotAllowed("osProfile.adminPassword");
  }
  const osDisk = osDiskOfExisting(context, vm, objectAt(body, "properties", "storageProfile", "osDisk"));
  const data = planDataDisks(context, dataDisks);
  const sentIdentity = objectAt(request.body, "identity");
  const keepsIdentities = !("existing" in request && request.body === body);
  const identity = planIdentity(azure, id, sentIdentity, keepsIdentities ? objectAt(vm.body, "identity") : {});
  const beforeProfile = objectAt(vm.body, "properties", "storageProfile");
  return {
    body: {
      ...body,
      identity,
      properties: {
        ...shownProperties(objectAt(body, "properties")),
        vmId: valueAt(vm.body, "properties", "vmId"),
        timeCreated: valueAt(vm.body, "properties", "timeCreated"),
        networkProfile: planNetwork(context, body),
        ...(valueAt(vm.body, "properties", "osProfile") !== undefined && {
          osProfile: {
            ...objectAt(vm.body, "properties", "osProfile"),
            ...withoutSecrets(objectAt(body, "properties", "osProfile")),
          },
        }),
        storageProfile: { ...beforeProfile, osDisk, dataDisks: data.dataDisks },
      },
    },
    disks: data.made.map(emptyDisk),
    passwordHash,
  };
}

/** What cannot change once the VM exists (azure-arm.md 6, PropertyChangeNotAllowed). */
const FIXED: readonly (readonly string[])[] = [
  ["properties", "osProfile", "computerName"],
  ["properties", "osProfile", "adminUsername"],
  ["properties", "storageProfile", "imageReference", "publisher"],
  ["properties", "storageProfile", "imageReference", "offer"],
  ["properties", "storageProfile", "imageReference", "sku"],
  ["properties", "storageProfile", "osDisk", "createOption"],
  ["properties", "storageProfile", "osDisk", "osType"],
  ["plan", "name"],
];

function checkFixed(before: JsonObject, wanted: JsonObject): void {
  for (const path of FIXED) {
    const value = textAt(wanted, ...path);
    if (value !== undefined && value.toLowerCase() !== textAt(before, ...path)?.toLowerCase()) {
      throw new PropertyChangeNotAllowed(
        path.filter((part) => part !== "properties" && part !== "storageProfile").join("."),
      );
    }
  }
  if (wanted.zones !== undefined && textsAt(wanted, "zones").join() !== textsAt(before, "zones").join()) {
    throw new PropertyChangeNotAllowed("zones");
  }
}

function contextOf(request: PutRequest | PatchRequest, body: JsonObject, existing: Resource | undefined): VmContext {
  return {
    azure: request.azure,
    id: request.id,
    location: textAt(body, "location") ?? textAt(existing?.body, "location") ?? "",
    zone: textsAt(body, "zones")[0] ?? textsAt(existing?.body, "zones")[0],
    size: sizeOf(body),
    existing,
  };
}

/** userData is shown on request only, and the kit never asks; secrets never are. */
function shownProperties({ userData: _userData, instanceView: _instanceView, ...properties }: JsonObject): JsonObject {
  return properties;
}

function withoutSecrets({
  adminPassword: _adminPassword,
  customData: _customData,
  ...profile
}: JsonObject): JsonObject {
  return profile;
}

/** osProfile as a GET shows it (azure-arm.md 3.4): defaults filled in, no password. */
function shownOsProfile(body: JsonObject, vmName: string): JsonObject {
  const asked = withoutSecrets(objectAt(body, "properties", "osProfile"));
  return {
    ...asked,
    computerName: asked.computerName ?? vmName,
    ...(asked.linuxConfiguration === undefined && {
      windowsConfiguration: {
        provisionVMAgent: true,
        enableAutomaticUpdates: true,
        patchSettings: { patchMode: "AutomaticByOS", assessmentMode: "ImageDefault" },
        ...objectAt(asked, "windowsConfiguration"),
      },
    }),
    secrets: asked.secrets ?? [],
    allowExtensionOperations: asked.allowExtensionOperations ?? true,
    requireGuestProvisionSignal: true,
  };
}

function securityOf(body: JsonObject): JsonObject {
  const securityType = textAt(body, "properties", "securityProfile", "securityType");
  return securityType === undefined || securityType === "Standard" ? {} : { securityProfile: { securityType } };
}

function emptyDisk(disk: NewDisk): DiskToMake {
  return { ...disk, properties: { creationData: { createOption: "Empty" } } };
}

function hashOf(secret: string | undefined): string | undefined {
  return secret === undefined ? undefined : createHash("sha256").update(secret).digest("hex");
}

function withoutUndefined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
