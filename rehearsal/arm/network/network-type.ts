import type { Azure } from "../azure";
import { operationUrl } from "../handlers/long-running-answer";
import { textAt, type JsonObject } from "../json";
import { NETWORK } from "../long-running";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import type { ResourceType } from "../resource-type";
import {
  AnotherOperationInProgress,
  InvalidResourceName,
  InvalidResourceReference,
  ReferencedResourceNotProvisioned,
} from "./network-errors";

/** Microsoft.Network versions all its types together: azure-native's default, what az 2.91 sends, and some between (azure-arm.md 1, 12.2). */
const API_VERSIONS = [
  "2020-11-01",
  "2021-02-01",
  "2021-05-01",
  "2021-08-01",
  "2022-01-01",
  "2022-05-01",
  "2022-07-01",
  "2022-09-01",
  "2022-11-01",
  "2023-02-01",
  "2023-04-01",
  "2023-05-01",
  "2023-06-01",
  "2023-09-01",
  "2023-11-01",
  "2024-01-01",
  "2024-03-01",
  "2024-05-01",
  "2024-07-01",
  "2024-10-01",
  "2025-01-01",
  "2025-03-01",
  "2025-05-01",
  "2025-07-01",
  "2025-09-01",
  // azure-mgmt-network 33.1 (Python).
  "2026-03-01",
];

/** What all types of Microsoft.Network have in common. */
export const NETWORK_TYPE = {
  apiVersions: API_VERSIONS,
  tracked: true,
  longRunning: NETWORK,
  etag: "weak",
  checkName: (name) => (/^\w([\w.-]{0,78}\w)?$/.test(name) ? undefined : new InvalidResourceName(name)),
  busy: (holder, { azure }) => new AnotherOperationInProgress(operationUrl(azure, holder)),
} satisfies Partial<ResourceType>;

/**
 * A resource that another one names, of the given type and in the same region.
 *
 * @throws InvalidResourceReference when there is none, ReferencedResourceNotProvisioned while it is being written
 */
export function referenced(azure: Azure, id: string, type: string, by: ResourceId, location: string): Resource {
  const found = azure.store.get(id);
  if (found?.type.type !== type || regionOf(azure, found) !== location || found.provisioningState === "Deleting") {
    throw new InvalidResourceReference(id, by);
  }
  if (found.provisioningState === "Creating" || found.provisioningState === "Updating") {
    throw new ReferencedResourceNotProvisioned(found.id, by, `Put${nounOf(type)}Operation`);
  }
  return found;
}

/** The `{id}` of a reference in a body, for example of `properties.networkSecurityGroup`. */
export function referenceId(body: JsonObject, name: string): string | undefined {
  return textAt(body, "properties", name, "id");
}

/** Region of a resource, or of what it lies in. */
function regionOf(azure: Azure, resource: Resource): string | undefined {
  const own = textAt(resource.body, "location");
  const parent = resource.id.parent === null ? undefined : azure.store.get(resource.id.parent);
  return own ?? textAt(parent?.body, "location");
}

/** `Microsoft.Network/virtualNetworks/subnets` is written by PutSubnetOperation. */
function nounOf(type: string): string {
  const plural = type.split("/").at(-1) ?? "";
  const singular = plural.endsWith("esses") ? plural.slice(0, -2) : plural.replace(/s$/, "");
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}
