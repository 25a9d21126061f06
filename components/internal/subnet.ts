import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";

import { readFailure } from "./read-failure";
import { parseIdOfType } from "./resource-id";
import { inputError } from "./validate";

const SUBNET_TYPE = "Microsoft.Network/virtualNetworks/subnets";

/** What is wrong with the id of a subnet, or undefined. */
export function subnetIdProblem(argument: string, id: string): string | undefined {
  return parseIdOfType(id, SUBNET_TYPE)
    ? undefined
    : `${argument} must be the resource id of a subnet, got "${id}"; ` +
        "read it with: az network vnet subnet show --query id";
}

/** Refuses a subnet that is not there, or in another region than the disk. */
export async function checkSubnet(
  argument: string,
  id: string,
  location: string,
  resource: pulumi.Resource,
): Promise<void> {
  const subnet = parseIdOfType(id, SUBNET_TYPE);
  const [virtualNetworkName, subnetName] = subnet?.names ?? [];
  if (subnet === undefined || virtualNetworkName === undefined || subnetName === undefined) {
    throw inputError(subnetIdProblem(argument, id) ?? id, resource);
  }
  const found = await network
    .getVirtualNetwork({ resourceGroupName: subnet.resourceGroupName, virtualNetworkName }, { parent: resource })
    .catch((error: unknown) => {
      throw readFailure(
        error,
        `${argument} must name an existing subnet, got "${id}"`,
        "az network vnet list --output table",
        resource,
      );
    });
  if (!found.subnets?.some(({ name }) => name?.toLowerCase() === subnetName.toLowerCase())) {
    const names = found.subnets?.map(({ name }) => name).join(", ");
    throw inputError(
      `${argument} must name an existing subnet, got "${id}"; that network has: ${names ?? "none"}`,
      resource,
    );
  }
  if (found.location !== location) {
    throw inputError(
      `${argument} must be a subnet in ${location}, the region of the broken disk, got "${id}" in ${found.location ?? "an unknown region"}; ` +
        "name another subnet, or leave it out for a network of the kit's own",
      resource,
    );
  }
}
