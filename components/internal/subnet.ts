import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";

import { SUBNET } from "../../preflight/checks/subnet";
import { parseIdOfType } from "../../preflight/resource-id";
import { refuseStops } from "./judge";
import { readFailure } from "./read-failure";
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
  const [virtualNetworkName] = subnet?.names ?? [];
  if (subnet === undefined || virtualNetworkName === undefined) {
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
  const facts = { network: { value: found }, osDisk: { value: { location } } };
  refuseStops({ argument, text: id, facts, plan: { subnetId: id }, checks: [SUBNET] }, resource);
}
