import type { Azure } from "../azure";
import { objectAt, textAt, textsAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import type { PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { contains, overlap, readRange, type AddressRange } from "./address-range";
import { checkPrefix } from "./check-prefix";
import { configurationsIn } from "./ip-configurations";
import {
  InUseSubnetCannotBeDeleted,
  InvalidRequestFormat,
  NetcfgSubnetRangeOutsideVnet,
  NetcfgSubnetRangesOverlap,
  NetworkResourceNotFound,
} from "./network-errors";
import { NETWORK_TYPE, referenced, referenceId } from "./network-type";

/** A subnet that is going to be stored. */
export interface SubnetDraft {
  readonly id: ResourceId;
  readonly body: JsonObject;
}

/** Subnets as resources of their own (azure-arm.md 1, 3.6); see virtual-networks.ts. */
export const SUBNETS: ResourceType = {
  ...NETWORK_TYPE,
  type: "Microsoft.Network/virtualNetworks/subnets",
  tracked: false,
  shape: shapeOf("network", "Subnet"),
  notFound: (id) => new NetworkResourceNotFound(id),
  // Writes to one virtual network exclude each other (azure-arm.md 7.1).
  exclusive: ({ id }) => (id.parent === null ? [id] : [id, id.parent]),
  put: putStandaloneSubnet,
  delete: ({ azure, existing }) => {
    refuseIfSubnetInUse(azure, existing.id);
    return {};
  },
  show: ({ id, body }, { azure }) => {
    const configurations = configurationsIn(azure, id).map((configuration) => ({ id: configuration.id }));
    return {
      ...body,
      properties: {
        ...objectAt(body, "properties"),
        ...(configurations.length === 0 ? {} : { ipConfigurations: configurations }),
      },
    };
  },
};

function putStandaloneSubnet({ azure, id, body }: PutRequest): WritePlan {
  const network = id.parent === null ? undefined : azure.store.get(id.parent);
  const draft = { id, body: subnetBody(azure, id, body, textAt(network?.body, "location") ?? "") };
  if (network !== undefined) {
    const others = azure.store.childrenOf(network.id, "subnets").filter((subnet) => subnet.id.key !== id.key);
    const space = textsAt(network.body, "properties", "addressSpace", "addressPrefixes");
    checkSubnets(
      network.id,
      space.map(readRange).filter((range) => range !== null),
      [...others, draft],
    );
  }
  return {
    body: draft.body,
    work: ({ etag }) => {
      // A network and its subnets share an etag (azure-arm.md 3.6).
      if (network !== undefined) {
        [network, ...azure.store.childrenOf(network.id, "subnets")].forEach((part) => (part.etag = etag));
      }
    },
  };
}

/** A subnet's body with defaults (azure-arm.md 3.6); checks prefix and references. */
export function subnetBody(azure: Azure, id: ResourceId, subnet: JsonObject, location: string): JsonObject {
  const prefixes = prefixesOf(subnet);
  if (prefixes.length === 0) {
    throw new InvalidRequestFormat(`Subnet ${id.text} has no addressPrefix.`);
  }
  prefixes.forEach((prefix) => checkPrefix(prefix, id));
  const groupId = referenceId(subnet, "networkSecurityGroup");
  const group =
    groupId === undefined
      ? undefined
      : referenced(azure, groupId, "Microsoft.Network/networkSecurityGroups", id, location);
  return {
    properties: {
      delegations: [],
      privateEndpointNetworkPolicies: "Disabled",
      privateLinkServiceNetworkPolicies: "Enabled",
      ...objectAt(subnet, "properties"),
      networkSecurityGroup: group === undefined ? undefined : { id: group.id.text },
    },
  };
}

/** Puts a subnet in the store. */
export function putSubnet(azure: Azure, { id, body }: SubnetDraft): Resource {
  const existing = azure.store.get(id);
  if (existing !== undefined) {
    existing.body = body;
    return existing;
  }
  return azure.insert(id, body);
}

/** Refuses subnets that lie outside their network or share addresses. */
export function checkSubnets(
  network: ResourceId,
  space: readonly AddressRange[],
  subnets: readonly SubnetDraft[],
): void {
  const taken: AddressRange[] = [];
  for (const { id, body } of subnets) {
    for (const range of prefixesOf(body).map(readRange)) {
      if (range === null || !space.some((outer) => contains(outer, range))) {
        throw new NetcfgSubnetRangeOutsideVnet(id.name, network.name);
      }
      if (taken.some((other) => overlap(other, range))) {
        throw new NetcfgSubnetRangesOverlap(id.name, network.name);
      }
      taken.push(range);
    }
  }
}

/** @throws InUseSubnetCannotBeDeleted when a network interface has an address of this subnet */
export function refuseIfSubnetInUse(azure: Azure, subnet: ResourceId): void {
  const [user] = configurationsIn(azure, subnet);
  if (user !== undefined) {
    throw new InUseSubnetCannotBeDeleted(subnet, user.id);
  }
}

/** IPv4 prefixes of a subnet, given one way or the other. */
export function prefixesOf(subnet: JsonObject): string[] {
  const single = textAt(subnet, "properties", "addressPrefix");
  return single === undefined ? textsAt(subnet, "properties", "addressPrefixes") : [single];
}
