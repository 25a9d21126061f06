import * as compute from "@pulumi/azure-native/compute";
import type * as pulumi from "@pulumi/pulumi";

import { parseVmReference, vmReferenceProblem } from "../../preflight/vm-reference";
import { refuseStops } from "./judge";
import { readFailure } from "./read-failure";
import { readDisk, type SourceDisk, takenOver } from "./source-disk";
import { inputError } from "./validate";

/** The broken VM, as far as the kit needs to know it. */
export interface SourceVm {
  readonly id: string;
  readonly resourceGroupName: string;
  readonly name: string;
  /** SKU of the marketplace image that the VM was made from; absent for a custom image or a specialised disk. */
  readonly imageSku?: string;
  readonly osDisk: SourceDisk;
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
  if (reference.subscriptionId !== undefined && vm.id.toLowerCase() !== text.toLowerCase()) {
    throw inputError(
      `${argument} must be in the subscription that Pulumi works in, got "${text}"; ` +
        `found "${vm.id}" there; choose the other one with: pulumi config set azure-native:subscriptionId`,
      resource,
    );
  }
  const diskId = vm.storageProfile?.osDisk?.managedDisk?.id;
  const disk = diskId === undefined ? null : await readDisk(argument, diskId, resource);
  refuseStops({ argument, text, facts: { vm: { value: vm }, osDisk: { value: disk } } }, resource);
  if (diskId === undefined || disk === null) {
    // The preflight stops at an unmanaged disk.
    throw inputError(`${argument} must name a VM with a managed OS disk, got "${text}"`, resource);
  }
  return {
    id: vm.id,
    resourceGroupName,
    name,
    imageSku: vm.storageProfile?.imageReference?.sku,
    osDisk: takenOver(diskId, disk),
  };
}
