import { BLOB_PLANE } from "../blob/service";
import { NotSimulated } from "../gateway-errors";
import { numberAt, textAt } from "../json";
import type { ActionRequest, ResourceAction } from "../resource-type";
import { COMPUTE_DISK } from "../long-running";
import { shapeOf } from "../shapes/body-shape";
import { activeAccess, blobOf, setActiveAccess } from "./disk-content";
import { AccessNotPermitted, InvalidParameter, OperationNotAllowed } from "./errors";
import { ownerOfDisk, powerOf } from "./ownership";

/** 60 days: the longest a shared access signature may live since 2025-02-15 (azure-arm.md 4.2). */
const LONGEST_SECONDS = 5_184_000;

/** beginGetAccess of disks and snapshots: a shared access signature on the page blob (azure-arm.md 4). */
export const BEGIN_GET_ACCESS: ResourceAction = {
  method: "POST",
  writes: true,
  shape: shapeOf("compute", "GrantAccessData"),
  longRunning: COMPUTE_DISK.action,
  run(request) {
    const seconds = numberAt(request.body, "durationInSeconds") ?? 0;
    checkAccess(request, seconds);
    return {
      async work(resource) {
        const live = activeAccess(resource);
        const blob = blobOf(resource);
        if (live !== undefined || blob === undefined) {
          // Modelled: a second call gives the live address again.
          return { accessSAS: live?.accessSAS };
        }
        const { disks } = request.azure.service(BLOB_PLANE);
        const accessSAS = await disks.beginAccess(blob, seconds);
        setActiveAccess(resource, { accessSAS, expires: new Date(Date.now() + seconds * 1000) });
        return { accessSAS };
      },
    };
  },
};

/** endGetAccess: the signature ends at once (azure-arm.md 4.1). */
export const END_GET_ACCESS: ResourceAction = {
  method: "POST",
  writes: true,
  longRunning: COMPUTE_DISK.action,
  run: ({ azure }) => ({
    async work(resource) {
      const blob = blobOf(resource);
      if (blob !== undefined && activeAccess(resource) !== undefined) {
        await azure.service(BLOB_PLANE).disks.endAccess(blob);
      }
      setActiveAccess(resource, undefined);
      return undefined;
    },
  }),
};

function checkAccess({ azure, id, existing, body }: ActionRequest, seconds: number): void {
  if (body.getSecureVMGuestStateSAS === true || textAt(body, "fileFormat") === "VHDX") {
    throw new NotSimulated("POST", `${id.text}/beginGetAccess for a guest state or a VHDX`);
  }
  if (textAt(body, "access") !== "Read") {
    // Modelled: the kit has no use for a write signature, and a snapshot never takes one.
    throw new InvalidParameter(
      `The value '${textAt(body, "access") ?? ""}' of parameter access is not allowed.`,
      "access",
    );
  }
  if (seconds < 1 || seconds > LONGEST_SECONDS) {
    // The limit is azure-arm.md 4.2; the wording is modelled.
    throw new InvalidParameter(
      `The value '${seconds}' of parameter durationInSeconds is out of range. It must be between 1 and ${LONGEST_SECONDS}.`,
      "durationInSeconds",
    );
  }
  const policy = textAt(existing.body, "properties", "networkAccessPolicy");
  if (
    policy === "DenyAll" ||
    policy === "AllowPrivate" ||
    textAt(existing.body, "properties", "publicNetworkAccess") === "Disabled"
  ) {
    // The rule is azure-arm.md 4.2: DenyAll no export, AllowPrivate by private endpoint only; the wording is modelled.
    throw new OperationNotAllowed(
      `Access to ${id.name} is not permitted: its networkAccessPolicy is ${policy ?? "AllowAll"} and its publicNetworkAccess is ${textAt(existing.body, "properties", "publicNetworkAccess") ?? "Enabled"}.`,
    );
  }
  const owner = ownerOfDisk(azure, id);
  if (owner !== undefined && powerOf(owner) !== "deallocated") {
    throw new AccessNotPermitted(id.name, owner.id.text);
  }
}
