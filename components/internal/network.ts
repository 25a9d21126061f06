import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";

import type { Place } from "./place";

/** Addresses of a network of the repair VM's own. The rest of the range is left for an AzureBastionSubnet (/26). */
const ADDRESS_SPACE = "10.66.0.0/24";
const SUBNET_RANGE = "10.66.0.0/27";

/**
 * A network interface for the repair VM, guarded by a security group that lets only the given sources in by RDP.
 *
 * In a network of its own the group guards the subnet, as landing-zone policies demand; in a network of the user's it
 * guards the interface, because a subnet that others use is not the kit's to change.
 *
 * @param rdpSources IPv4 ranges; none makes no public address
 * @param subnetId the user's subnet; absent makes a network
 */
export function repairNetwork(
  name: string,
  place: Place,
  rdpSources: pulumi.Input<string>[],
  subnetId: pulumi.Input<string> | undefined,
  parent: pulumi.Resource,
): { networkInterface: network.NetworkInterface; publicAddress: network.PublicIPAddress | undefined } {
  const securityGroup = new network.NetworkSecurityGroup(
    `${name}-security-group`,
    { ...place, securityRules: rdpSources.length > 0 ? [rdpRule(rdpSources)] : [] },
    { parent },
  );
  const publicAddress =
    rdpSources.length > 0
      ? new network.PublicIPAddress(
          `${name}-public-address`,
          {
            ...place,
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
            publicIPAddressVersion: "IPv4",
          },
          { parent },
        )
      : undefined;
  const networkInterface = new network.NetworkInterface(
    `${name}-interface`,
    {
      ...place,
      networkSecurityGroup: subnetId === undefined ? undefined : { id: securityGroup.id },
      ipConfigurations: [
        {
          name: "primary",
          primary: true,
          privateIPAllocationMethod: "Dynamic",
          subnet: { id: subnetId ?? ownSubnetId(name, place, securityGroup, parent) },
          publicIPAddress: publicAddress && { id: publicAddress.id },
        },
      ],
    },
    { parent },
  );
  return { networkInterface, publicAddress };
}

function rdpRule(sources: pulumi.Input<string>[]) {
  return {
    name: "allow-rdp",
    priority: 100,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefixes: sources,
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "3389",
  };
}

function ownSubnetId(
  name: string,
  place: Place,
  securityGroup: network.NetworkSecurityGroup,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const virtualNetwork = new network.VirtualNetwork(
    `${name}-network`,
    {
      ...place,
      addressSpace: { addressPrefixes: [ADDRESS_SPACE] },
      // Inline: with a subnet resource beside it, an update of the network would delete the subnet.
      subnets: [
        {
          name: "repair",
          addressPrefix: SUBNET_RANGE,
          networkSecurityGroup: { id: securityGroup.id },
          // Run commands and the upload of the dump go out to Azure; there is no NAT gateway.
          defaultOutboundAccess: true,
        },
      ],
    },
    { parent },
  );
  return virtualNetwork.subnets.apply((subnets) => subnets?.[0]?.id ?? "");
}
