import type { JsonObject } from "../json";
import { everyText } from "../json";
import { parseResourceId } from "../resource-id";

/**
 * Actions that Azure asks for on what a body names (learn: resource-provider-operations; "LinkedAuthorizationFailed").
 * Keyed by the type that is written, then by the type that it names.
 */
const LINKED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "microsoft.compute/snapshots": {
    "microsoft.compute/disks": "Microsoft.Compute/disks/beginGetAccess/action",
    "microsoft.compute/diskencryptionsets": "Microsoft.Compute/diskEncryptionSets/read",
  },
  "microsoft.compute/disks": {
    "microsoft.compute/snapshots": "Microsoft.Compute/snapshots/beginGetAccess/action",
    "microsoft.compute/disks": "Microsoft.Compute/disks/beginGetAccess/action",
    "microsoft.compute/diskencryptionsets": "Microsoft.Compute/diskEncryptionSets/read",
  },
  "microsoft.compute/virtualmachines": {
    "microsoft.compute/disks": "Microsoft.Compute/disks/write",
    "microsoft.network/networkinterfaces": "Microsoft.Network/networkInterfaces/join/action",
    "microsoft.managedidentity/userassignedidentities":
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  },
  "microsoft.network/networkinterfaces": {
    "microsoft.network/virtualnetworks/subnets": "Microsoft.Network/virtualNetworks/subnets/join/action",
    "microsoft.network/networksecuritygroups": "Microsoft.Network/networkSecurityGroups/join/action",
    "microsoft.network/publicipaddresses": "Microsoft.Network/publicIPAddresses/join/action",
  },
};

/** The actions that a write of this type needs on what its body names in the subscription. */
export function linkedActions(
  type: string,
  body: JsonObject,
  subscriptionId: string,
): { action: string; scope: string }[] {
  const rules = LINKED[type.toLowerCase()];
  if (rules === undefined) {
    return [];
  }
  const named = [
    ...everyText(body),
    ...Object.keys((body.identity as JsonObject | undefined)?.userAssignedIdentities ?? {}),
  ];
  return named.flatMap((text) => {
    const id = text.startsWith("/subscriptions/") ? parseResourceId(text) : null;
    const isHere = id?.subscriptionId?.toLowerCase() === subscriptionId.toLowerCase();
    const action = isHere ? rules[id.type.toLowerCase()] : undefined;
    return action === undefined || !isHere ? [] : [{ action, scope: id.text }];
  });
}
