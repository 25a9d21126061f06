import * as compute from "@pulumi/azure-native/compute";
import type * as pulumi from "@pulumi/pulumi";

import { readFailure } from "./read-failure";
import { parseIdOfType } from "./resource-id";
import { readSourceDisk, type SourceDisk } from "./source-disk";
import { inputError } from "./validate";

const VM_TYPE = "Microsoft.Compute/virtualMachines";

/** The broken VM, as far as the kit needs to know it. */
export interface SourceVm {
  readonly id: string;
  readonly resourceGroupName: string;
  readonly name: string;
  /** SKU of the marketplace image that the VM was made from; absent for a custom image or a specialised disk. */
  readonly imageSku?: string;
  readonly osDisk: SourceDisk;
}

/** A VM as the user names it: by resource id, or as `resourceGroup/name`; undefined when the text is neither. */
export function parseVmReference(text: string): { resourceGroupName: string; name: string } | undefined {
  const id = parseIdOfType(text, VM_TYPE);
  const [resourceGroupName, name] = id
    ? [id.resourceGroupName, id.names[0]]
    : /^[^/\s]+\/[^/\s]+$/.exec(text)
      ? text.split("/")
      : [];
  return resourceGroupName && name ? { resourceGroupName, name } : undefined;
}

/** What is wrong with the name of a VM, or undefined. */
export function vmReferenceProblem(argument: string, text: string): string | undefined {
  return parseVmReference(text)
    ? undefined
    : `${argument} must be the resource id of a VM, or resourceGroup/name, got "${text}"; ` +
        "read the id with: az vm show --resource-group GROUP --name VM --query id --output tsv";
}

/**
 * Reads the broken VM and its OS disk, and refuses a VM that the kit cannot help.
 *
 * The VM is only read: no request of the kit writes to it, to its disk or to its resource group.
 */
export async function readSourceVm(argument: string, text: string, resource: pulumi.Resource): Promise<SourceVm> {
  const reference = parseVmReference(text);
  if (reference === undefined) {
    throw inputError(vmReferenceProblem(argument, text) ?? text, resource);
  }
  const { resourceGroupName, name } = reference;
  const vm = await compute
    .getVirtualMachine({ resourceGroupName, vmName: name }, { parent: resource })
    .catch((error: unknown) => {
      throw readFailure(
        error,
        `${argument} must name an existing VM, got "${text}"`,
        "az vm list --output table",
        resource,
      );
    });
  const refuse = (rule: string, remedy: string) =>
    inputError(`${argument} must ${rule}, got "${text}"; ${remedy}`, resource);
  if (parseIdOfType(text, VM_TYPE) && vm.id.toLowerCase() !== text.toLowerCase()) {
    throw refuse(
      "be in the subscription that Pulumi works in",
      `found "${vm.id}" there; choose the other one with: pulumi config set azure-native:subscriptionId`,
    );
  }
  const osDisk = vm.storageProfile?.osDisk;
  if (osDisk?.osType !== "Windows") {
    throw refuse(
      "name a Windows VM",
      `this one runs ${osDisk?.osType ?? "no known system"}; for Linux use az vm repair create`,
    );
  }
  if (osDisk.diffDiskSettings?.option !== undefined) {
    throw refuse(
      "name a VM with an OS disk in storage",
      "this one's is ephemeral: it lives on the host, and nothing can copy it",
    );
  }
  const diskId = osDisk.managedDisk?.id;
  if (diskId === undefined) {
    throw refuse(
      "name a VM with a managed OS disk",
      "this one's is unmanaged; use az vm repair create, or convert it with az vm convert",
    );
  }
  if (osDisk.encryptionSettings?.enabled) {
    throw refuse(
      "not name a VM with Azure Disk Encryption of the first kind (dual pass)",
      "its key can not be given to another VM; migrate it to single pass, or restore it from a backup",
    );
  }
  return {
    id: vm.id,
    resourceGroupName,
    name,
    imageSku: vm.storageProfile?.imageReference?.sku,
    osDisk: await readSourceDisk(argument, diskId, resource),
  };
}
