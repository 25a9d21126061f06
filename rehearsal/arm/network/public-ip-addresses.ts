import { randomUUID } from "node:crypto";

import type { Azure } from "../azure";
import { objectAt, textAt, valueAt } from "../json";
import type { Resource } from "../resource";
import type { PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { configurationWith } from "./ip-configurations";
import {
  BasicPublicIPCountLimitReached,
  PublicIPAddressCannotBeDeleted,
  StandardSkuPublicIPAddressesMustBeStatic,
} from "./network-errors";
import { NETWORK_TYPE } from "./network-type";

/** Public IP addresses (azure-arm.md 3.6); addresses come from the documentation range 203.0.113.0/24 (RFC 5737). */
export const PUBLIC_IP_ADDRESSES: ResourceType = {
  ...NETWORK_TYPE,
  type: "Microsoft.Network/publicIPAddresses",
  shape: shapeOf("network", "PublicIPAddress"),
  patchShape: shapeOf("network", "TagsObject"),
  put: putPublicAddress,
  delete: ({ azure, existing }) => {
    const user = configurationWith(azure, existing.id);
    if (user !== undefined) {
      throw new PublicIPAddressCannotBeDeleted(existing.id, user.id);
    }
    return {};
  },
  show: ({ id, body }, { azure }) => {
    const user = configurationWith(azure, id);
    return {
      ...body,
      properties: {
        ...objectAt(body, "properties"),
        ...(user === undefined ? {} : { ipConfiguration: { id: user.id } }),
      },
    };
  },
};

function putPublicAddress({ azure, id, body, existing }: PutRequest): WritePlan {
  const sku = textAt(body, "sku", "name") ?? "Basic";
  if (sku.toLowerCase() === "basic") {
    throw new BasicPublicIPCountLimitReached();
  }
  const properties = objectAt(body, "properties");
  const method = textAt(properties, "publicIPAllocationMethod") ?? "Dynamic";
  if (method.toLowerCase() !== "static") {
    throw new StandardSkuPublicIPAddressesMustBeStatic(id);
  }
  return {
    body: {
      ...body,
      sku: { name: sku, tier: textAt(body, "sku", "tier") ?? "Regional" },
      properties: {
        resourceGuid: textAt(existing?.body, "properties", "resourceGuid") ?? randomUUID(),
        publicIPAddressVersion: "IPv4",
        idleTimeoutInMinutes: 4,
        ipTags: [],
        ddosSettings: { protectionMode: "VirtualNetworkInherited" },
        ...properties,
        publicIPAllocationMethod: "Static",
        // Given by the service; deleteOption is dropped from the echo (azure-arm.md 3.6).
        ipAddress: valueAt(existing?.body, "properties", "ipAddress"),
        ipConfiguration: undefined,
        deleteOption: undefined,
      },
    },
    work: (address) => assignAddress(azure, address),
  };
}

function assignAddress(azure: Azure, address: Resource): void {
  const properties = objectAt(address.body, "properties");
  properties.ipAddress ??= freeAddress(azure);
}

/** The lowest address that nobody has. */
function freeAddress(azure: Azure): string {
  const taken = new Set(
    azure.store
      .ofType("Microsoft.Network/publicIPAddresses")
      .map(({ body }) => textAt(body, "properties", "ipAddress")),
  );
  let last = 4;
  while (taken.has(`203.0.113.${last}`) && last < 254) {
    last += 1;
  }
  return `203.0.113.${last}`;
}
