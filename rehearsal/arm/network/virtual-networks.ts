import { randomUUID } from "node:crypto";

import type { Azure } from "../azure";
import { objectsAt, textAt, textsAt, type JsonObject } from "../json";
import { childId, type ResourceId } from "../resource-id";
import type { PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { checkPrefix } from "./check-prefix";
import { InvalidRequestFormat } from "./network-errors";
import { NETWORK_TYPE } from "./network-type";
import { checkSubnets, putSubnet, refuseIfSubnetInUse, subnetBody, type SubnetDraft } from "./subnets";

/**
 * Virtual networks (azure-arm.md 3.6). Their subnets are resources of their own in the store, so that inline and
 * standalone subnets are the same thing: a PUT with `subnets` replaces them all, one without leaves them.
 */
export const VIRTUAL_NETWORKS: ResourceType = {
  ...NETWORK_TYPE,
  type: "Microsoft.Network/virtualNetworks",
  shape: shapeOf("network", "VirtualNetwork"),
  patchShape: shapeOf("network", "TagsObject"),
  put: putVirtualNetwork,
  delete: ({ azure, existing }) => {
    azure.store.childrenOf(existing.id, "subnets").forEach((subnet) => refuseIfSubnetInUse(azure, subnet.id));
    return {};
  },
  show: ({ id, body }, { azure, apiVersion }) => ({
    ...body,
    properties: {
      ...(body.properties as JsonObject),
      subnets: azure.store.childrenOf(id, "subnets").map((subnet) => azure.show(subnet, apiVersion)),
    },
  }),
};

function putVirtualNetwork({ azure, id, body, existing }: PutRequest): WritePlan {
  const prefixes = textsAt(body, "properties", "addressSpace", "addressPrefixes");
  if (prefixes.length === 0) {
    throw new InvalidRequestFormat("Virtual network must have at least one address prefix in addressSpace.");
  }
  const space = prefixes.map((prefix) => checkPrefix(prefix, id));
  const { subnets: inline, ...properties } = body.properties as JsonObject;
  const drafts = inline === undefined ? undefined : draftSubnets(azure, id, body);
  const remaining = drafts ?? storedSubnets(azure, id);
  checkSubnets(id, space, remaining);
  if (drafts !== undefined) {
    refuseRemoval(azure, id, drafts);
  }
  return {
    body: {
      ...body,
      properties: {
        resourceGuid: textAt(existing?.body, "properties", "resourceGuid") ?? randomUUID(),
        privateEndpointVNetPolicies: "Disabled",
        ...properties,
        virtualNetworkPeerings: objectsAt(body, "properties", "virtualNetworkPeerings"),
        enableDdosProtection: properties.enableDdosProtection ?? false,
        enableVmProtection: undefined,
      },
    },
    onAccepted: (network) => {
      if (drafts !== undefined) {
        replaceSubnets(azure, id, drafts);
      }
      azure.store.childrenOf(id, "subnets").forEach((subnet) => {
        subnet.provisioningState = "Updating";
        // VNet and subnets share an etag (azure-arm.md 3.6).
        subnet.etag = network.etag;
      });
    },
    work: (network) => {
      azure.store.childrenOf(id, "subnets").forEach((subnet) => {
        subnet.provisioningState = "Succeeded";
        subnet.etag = network.etag;
      });
    },
  };
}

function draftSubnets(azure: Azure, network: ResourceId, body: JsonObject): SubnetDraft[] {
  const location = textAt(body, "location") ?? "";
  return objectsAt(body, "properties", "subnets").map((subnet) => {
    const name = textAt(subnet, "name");
    if (name === undefined || name === "") {
      throw new InvalidRequestFormat("Value for reference id is missing. Path properties.subnets[0].");
    }
    const id = childId(network, "subnets", name);
    return { id, body: subnetBody(azure, id, subnet, location) };
  });
}

function storedSubnets(azure: Azure, network: ResourceId): SubnetDraft[] {
  return azure.store.childrenOf(network, "subnets").map(({ id, body }) => ({ id, body }));
}

function refuseRemoval(azure: Azure, network: ResourceId, drafts: readonly SubnetDraft[]): void {
  const kept = new Set(drafts.map(({ id }) => id.key));
  azure.store
    .childrenOf(network, "subnets")
    .filter(({ id }) => !kept.has(id.key))
    .forEach(({ id }) => refuseIfSubnetInUse(azure, id));
}

function replaceSubnets(azure: Azure, network: ResourceId, drafts: readonly SubnetDraft[]): void {
  const kept = new Set(drafts.map(({ id }) => id.key));
  azure.store
    .childrenOf(network, "subnets")
    .filter(({ id }) => !kept.has(id.key))
    .forEach(({ id }) => azure.store.remove(id));
  drafts.forEach((draft) => putSubnet(azure, draft));
}
