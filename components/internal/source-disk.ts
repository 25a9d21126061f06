import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";

import { readFailure } from "./read-failure";
import { parseIdOfType } from "./resource-id";
import { inputError } from "./validate";

export const DISK_TYPE = "Microsoft.Compute/disks";

/** What a copy of a managed disk takes over from it. */
export interface SourceDisk {
  readonly id: string;
  readonly location: string;
  readonly zones?: string[];
  readonly sku?: string;
  readonly osType?: string;
  /** `V1` or `V2`; absent counts as `V1`. */
  readonly hyperVGeneration?: string;
  readonly securityType?: string;
  readonly encryption?: { readonly type: string; readonly diskEncryptionSetId: string };
  readonly purchasePlan?: {
    readonly name: string;
    readonly publisher: string;
    readonly product: string;
    readonly promotionCode?: string;
  };
  readonly supportedCapabilities?: {
    readonly acceleratedNetwork?: boolean;
    readonly architecture?: string;
    readonly diskControllerTypes?: string;
  };
  readonly networkAccessPolicy?: string;
  readonly publicNetworkAccess?: string;
  readonly diskAccessId?: string;
}

/**
 * Reads a managed disk, wherever it lives, and refuses one that the kit cannot copy.
 *
 * @param argument the user's argument that led to this disk, for the messages
 */
export async function readSourceDisk(argument: string, id: string, resource: pulumi.Resource): Promise<SourceDisk> {
  const diskId = parseIdOfType(id, DISK_TYPE);
  if (diskId === undefined) {
    throw inputError(diskIdProblem(argument, id) ?? id, resource);
  }
  const disk = await compute
    .getDisk({ resourceGroupName: diskId.resourceGroupName, diskName: diskId.names[0] ?? "" }, { parent: resource })
    .catch((error: unknown) => {
      throw readFailure(
        error,
        `${argument} must lead to an existing managed disk, got "${id}"`,
        "az disk list --output table",
        resource,
      );
    });
  const securityType = disk.securityProfile?.securityType;
  if (securityType?.startsWith("ConfidentialVM")) {
    throw inputError(
      `${argument} must not lead to a disk of a confidential VM, got "${id}" (${securityType}): only that VM's own chip ` +
        "can decrypt it; use az vm repair create --unlock-encrypted-vm --encrypt-recovery-key",
      resource,
    );
  }
  const { type, diskEncryptionSetId } = disk.encryption ?? {};
  return {
    id,
    location: disk.location,
    zones: disk.zones?.slice(0, 1),
    sku: disk.sku?.name,
    osType: disk.osType,
    hyperVGeneration: disk.hyperVGeneration,
    securityType,
    encryption: type && diskEncryptionSetId ? { type, diskEncryptionSetId } : undefined,
    purchasePlan: disk.purchasePlan,
    supportedCapabilities: disk.supportedCapabilities,
    networkAccessPolicy: disk.networkAccessPolicy,
    publicNetworkAccess: disk.publicNetworkAccess,
    diskAccessId: disk.diskAccessId,
  };
}

/** What is wrong with the id of a managed disk, or undefined. */
export function diskIdProblem(argument: string, id: string): string | undefined {
  return parseIdOfType(id, DISK_TYPE)
    ? undefined
    : `${argument} must be the resource id of a managed disk, got "${id}"; ` +
        "read it with: az vm show --query storageProfile.osDisk.managedDisk.id";
}
