import { randomUUID } from "node:crypto";
import type { Azure } from "../azure";
import { isObject, objectAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import { FailedIdentityOperation, InvalidParameter } from "./errors";

/** The identity block a VM is going to have: identities exist, and show their ids (azure-arm.md 5, 11.2: null removes one). */
export function planIdentity(
  azure: Azure,
  vmId: ResourceId,
  asked: JsonObject,
  before: JsonObject,
): JsonObject | undefined {
  const type = textAt(asked, "type") ?? textAt(before, "type") ?? "None";
  const wanted = Object.entries({
    ...objectAt(before, "userAssignedIdentities"),
    ...objectAt(asked, "userAssignedIdentities"),
  })
    .filter(([, value]) => isObject(value))
    .map(([id]) => id);
  if (type === "None") {
    return undefined;
  }
  const byUser = type.includes("UserAssigned");
  if (byUser && wanted.length === 0) {
    throw new InvalidParameter("The identity type is UserAssigned and userAssignedIdentities is empty.", "identity");
  }
  return {
    type,
    ...(type.includes("SystemAssigned") && {
      principalId: textAt(before, "principalId") ?? randomUUID(),
      tenantId: azure.tenantId,
    }),
    ...(byUser && {
      userAssignedIdentities: Object.fromEntries(wanted.map((id) => [id, identityFacts(azure, vmId, id)])),
    }),
  };
}

function identityFacts(azure: Azure, vmId: ResourceId, id: string): JsonObject {
  const identity = azure.store.get(id);
  if (identity?.type.type.toLowerCase() !== "microsoft.managedidentity/userassignedidentities") {
    throw new FailedIdentityOperation(vmId.text, id);
  }
  return {
    principalId: textAt(identity.body, "properties", "principalId"),
    clientId: textAt(identity.body, "properties", "clientId"),
  };
}

/** The principal behind a user-assigned identity of a VM, found by its client id. */
export function userAssignedPrincipal(
  vm: Resource,
  clientId: string,
): { objectId: string; clientId: string } | undefined {
  for (const identity of Object.values(objectAt(vm.body, "identity", "userAssignedIdentities"))) {
    const objectId = textAt(identity, "principalId");
    const client = textAt(identity, "clientId");
    if (objectId !== undefined && client?.toLowerCase() === clientId.toLowerCase()) {
      return { objectId, clientId: client };
    }
  }
  return undefined;
}
