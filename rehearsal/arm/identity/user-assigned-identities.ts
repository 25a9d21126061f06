import { randomUUID } from "node:crypto";

import { objectAt, textAt } from "../json";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";

/** User-assigned managed identities (azure-arm.md 3.8). */
export const USER_ASSIGNED_IDENTITIES: ResourceType = {
  type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  apiVersions: [
    "2018-11-30",
    "2021-09-30-preview",
    "2022-01-31-preview",
    "2023-01-31",
    "2023-07-31-preview",
    "2024-11-30",
    "2025-01-31-preview",
    "2025-05-31-preview",
  ],
  tracked: true,
  showsProvisioningState: false,
  shape: shapeOf("msi", "Identity"),
  patchShape: shapeOf("msi", "IdentityUpdate"),
  put: ({ azure, body, existing }) => {
    const before = objectAt(existing?.body, "properties");
    return {
      body: {
        ...body,
        properties: {
          tenantId: azure.tenantId,
          principalId: textAt(before, "principalId") ?? randomUUID(),
          clientId: textAt(before, "clientId") ?? randomUUID(),
        },
      },
      onAccepted: ({ hidden }) => {
        if (!hidden.has("createdAt")) {
          hidden.set("createdAt", Date.now());
        }
      },
    };
  },
  delete: () => ({}),
  // A relative Location that is no polling URL (azure-arm.md 3.8).
  createdHeaders: ({ id }) => ({ Location: spellId(id.text) }),
  spell: (shown) => ({ ...shown, id: spellId(textAt(shown, "id") ?? "") }),
  aliases: ({ body }) =>
    ["principalId", "clientId"].map((name) => textAt(body, "properties", name)).filter((value) => value !== undefined),
};

/** The id is spelt `/resourcegroups/` in lower case (azure-arm.md 3.8). */
function spellId(id: string): string {
  return id.replace("/resourceGroups/", "/resourcegroups/");
}
