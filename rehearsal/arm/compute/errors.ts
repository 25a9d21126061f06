import { AzureError, type AzureErrorDetail } from "../azure-error";

/*
 * Errors of Microsoft.Compute. Status, code and wording from azure-arm.md 6 unless a class says "modelled": then the
 * rule is sourced where it is thrown, and the wording is the closest that is known.
 */

/** 400: a value that Compute does not take; `target` is the property. */
export class InvalidParameter extends AzureError {
  constructor(message: string, target?: string) {
    super(400, "InvalidParameter", message, target === undefined ? {} : { target });
  }
}

/** 400: the request makes no sense as a whole; wording modelled by whoever throws it. */
export class BadRequest extends AzureError {
  constructor(message: string, target?: string) {
    super(400, "BadRequest", message, target === undefined ? {} : { target });
  }
}

/** 409: not in this state. */
export class OperationNotAllowed extends AzureError {
  constructor(message: string, detail?: AzureErrorDetail) {
    super(409, "OperationNotAllowed", message, detail);
  }
}

/** 409 (azure-arm.md 6): DELETE of a disk that a VM owns. */
export class DiskAttached extends OperationNotAllowed {
  constructor(diskName: string, vmId: string) {
    super(`Disk ${diskName} is attached to VM ${vmId}.`);
  }
}

/** 409 (azure-arm.md 6): beginGetAccess on a disk of a running VM. */
export class AccessNotPermitted extends AzureError {
  constructor(diskName: string, vmId: string) {
    super(409, "Conflict", `Access not permitted because disk ${diskName} is currently attached to running VM ${vmId}`);
  }
}

/** 409: delete, start or attach while a shared access signature is live (azure-arm.md 4.2; for snapshots modelled). */
export class ActiveAccess extends AzureError {
  constructor(kind: "disk" | "snapshot", name: string) {
    super(
      409,
      "OperationNotAllowed",
      `There is an active shared access signature outstanding for ${kind} ${name}. Call EndGetAccess on the ${kind} before this operation.`,
    );
  }
}

/** 409 ConflictingUserInput (azure-arm.md 6; its HTTP status is not in the sources): the disk belongs to another VM. */
export class DiskOwnedByAnotherVm extends AzureError {
  constructor(diskName: string, diskId: string, vmId: string, ownerId: string) {
    super(
      409,
      "ConflictingUserInput",
      `Cannot attach the disk ${diskName} to VM ${vmId} because it is already attached to VM ${ownerId}. ` +
        "A disk can be attached to only one VM at a time.",
      { target: diskId },
    );
  }
}

/** 400 ConflictingUserInput (azure-arm.md 4.2, 6). */
export class DiskAccessNotSupported extends AzureError {
  constructor() {
    super(400, "ConflictingUserInput", "Disk Access is only supported for disks with NetworkAccessPolicy AllowPrivate");
  }
}

/** 409: a property that is fixed once the resource exists (azure-arm.md 6; status modelled). */
export class PropertyChangeNotAllowed extends AzureError {
  constructor(property: string) {
    super(409, "PropertyChangeNotAllowed", `Changing property '${property}' is not allowed.`, { target: property });
  }
}

/** 400: the body names a resource that is not there (modelled on Network's error of the same name). */
export class InvalidResourceReference extends AzureError {
  constructor(referenced: string, by: string) {
    super(
      400,
      "InvalidResourceReference",
      `Resource ${referenced} referenced by resource ${by} was not found. ` +
        "Please make sure that the referenced resource exists, and that both resources are in the same region.",
      { details: [] },
    );
  }
}

/** 400 NicInUse (azure-arm.md 6, 7.2): the interface belongs to another VM. */
export class NicInUse extends AzureError {
  constructor(nicId: string, ownerId: string) {
    super(
      400,
      "NicInUse",
      `Network Interface ${nicId} is used by existing resource ${ownerId}. ` +
        "In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.",
      { details: [] },
    );
  }
}

/** 404 (learn: error-codes-vm, PlatformImageNotFound). */
export class PlatformImageNotFound extends AzureError {
  constructor(image: string) {
    super(
      404,
      "PlatformImageNotFound",
      `The platform image '${image}' is not available. Verify that all fields in the storage profile are correct. ` +
        "For more details about storage profile information, please refer to https://aka.ms/storageprofile",
      { target: "imageReference" },
    );
  }
}

/** 400 (modelled): a managed identity that is not there. */
export class FailedIdentityOperation extends AzureError {
  constructor(vmId: string, identityId: string) {
    super(
      400,
      "FailedIdentityOperation",
      `Identity operation for resource '${vmId}' failed with error 'Failed to perform resource identity operation. ` +
        `Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${identityId}' was not found."}}''.`,
    );
  }
}

/** 400 (azure-arm.md 6): an OS disk with a purchase plan on a VM without it (message modelled). */
export class VMMarketplaceInvalidInput extends AzureError {
  constructor() {
    super(
      400,
      "VMMarketplaceInvalidInput",
      "Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires Plan information in the request.",
    );
  }
}

/** The VM's agent does not answer (learn: error-codes-vm); ends an operation, 409 modelled. */
export class VMAgentStatusCommunicationError extends AzureError {
  constructor(vmName: string) {
    super(
      409,
      "VMAgentStatusCommunicationError",
      `VM '${vmName}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy, the VM has a running VM agent, ` +
        "and that it can establish outbound connections to Azure storage. Please refer to https://aka.ms/vmextensionwindowstroubleshoot for additional VM agent troubleshooting information.",
    );
  }
}

/** Ends the operation of a run command with treatFailureAsDeploymentFailure whose script failed (code and wording modelled). */
export class VMRunCommandFailed extends AzureError {
  constructor(name: string, message: string) {
    super(
      409,
      "VMExtensionProvisioningError",
      `VM has reported a failure when processing run command '${name}'. Error message: "${message}".`,
    );
  }
}

/** 404 (modelled): a VM body names a managed disk that is not there. */
export class DiskNotFound extends AzureError {
  constructor(diskName: string, diskId: string) {
    super(404, "NotFound", `Disk ${diskName} is not found.`, { target: diskId });
  }
}

/** 409 (modelled): a disk that a VM is to make has the name of one that exists. */
export class DiskNameTaken extends AzureError {
  constructor(diskName: string, resourceGroup: string, diskId: string) {
    super(
      409,
      "ConflictingUserInput",
      `Disk ${diskName} already exists in resource group ${resourceGroup}. Only CreateOption.Attach is supported.`,
      { target: diskId },
    );
  }
}

/** 409 (learn: run-command, restrictions; wording modelled): the one-shot form runs one script at a time. */
export class RunCommandInProgress extends AzureError {
  constructor() {
    super(
      409,
      "Conflict",
      "Run command extension execution is in progress. Please wait for completion before invoking a run command.",
    );
  }
}

/** Ends the creation of a VM for which there is no capacity (learn: error-codes-vm, AllocationFailed; status modelled). */
export class AllocationFailed extends AzureError {
  constructor() {
    super(
      409,
      "AllocationFailed",
      "Allocation failed. We do not have sufficient capacity for the requested VM size in this region. " +
        "Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance",
    );
  }
}
