import * as compute from "@pulumi/azure-native/compute";
import type * as pulumi from "@pulumi/pulumi";

import { parseIdOfType } from "../../preflight/resource-id";
import { refuseStops, tellWarnings } from "./judge";
import { readFailure } from "./read-failure";
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
  readonly dataAccessAuthMode?: string;
}

/**
 * Reads a managed disk, wherever it lives, refuses one that the kit cannot copy, and tells what to know about it.
 *
 * @param argument the user's argument that led to this disk, for the messages
 */
export async function readSourceDisk(argument: string, id: string, resource: pulumi.Resource): Promise<SourceDisk> {
  const disk = await readDisk(argument, id, resource);
  const judgement = { argument, text: id, facts: { osDisk: { value: disk } } };
  refuseStops(judgement, resource);
  await tellWarnings(judgement, resource);
  return takenOver(id, disk);
}

/** Reads a managed disk as Azure shows it. */
export async function readDisk(
  argument: string,
  id: string,
  resource: pulumi.Resource,
): Promise<compute.GetDiskResult> {
  const diskId = parseIdOfType(id, DISK_TYPE);
  if (diskId === undefined) {
    throw inputError(diskIdProblem(argument, id) ?? id, resource);
  }
  return compute
    .getDisk({ resourceGroupName: diskId.resourceGroupName, diskName: diskId.names[0] ?? "" }, { parent: resource })
    .catch((error: unknown) => {
      throw readFailure(
        error,
        `${argument} must lead to an existing managed disk, got "${id}"`,
        "az disk list --output table",
        resource,
      );
    });
}

/** What a copy of this disk takes over from it. */
export function takenOver(id: string, disk: compute.GetDiskResult): SourceDisk {
  const { type, diskEncryptionSetId } = disk.encryption ?? {};
  return {
    id,
    location: disk.location,
    zones: disk.zones?.slice(0, 1),
    sku: disk.sku?.name,
    osType: disk.osType,
    hyperVGeneration: disk.hyperVGeneration,
    securityType: disk.securityProfile?.securityType,
    encryption: type && diskEncryptionSetId ? { type, diskEncryptionSetId } : undefined,
    purchasePlan: disk.purchasePlan,
    supportedCapabilities: disk.supportedCapabilities,
    networkAccessPolicy: disk.networkAccessPolicy,
    publicNetworkAccess: disk.publicNetworkAccess,
    diskAccessId: disk.diskAccessId,
    dataAccessAuthMode: disk.dataAccessAuthMode,
  };
}

/** What is wrong with the id of a managed disk, or undefined. */
export function diskIdProblem(argument: string, id: string): string | undefined {
  return parseIdOfType(id, DISK_TYPE)
    ? undefined
    : `${argument} must be the resource id of a managed disk, got "${id}"; ` +
        "read it with: az vm show --query storageProfile.osDisk.managedDisk.id";
}
