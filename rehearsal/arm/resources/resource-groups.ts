import type { Azure } from "../azure";
import { AzureError } from "../azure-error";
import { ResourceGroupDeletionBlocked, ResourceGroupNotFound } from "../gateway-errors";
import { textAt } from "../json";
import { RESOURCE_GROUP } from "../long-running";
import { replaceTags } from "../handlers/patch";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";

/** Resource groups (azure-arm.md 1, 3.2). */
export const RESOURCE_GROUPS: ResourceType = {
  type: "Microsoft.Resources/resourceGroups",
  // 2020-10-01 is what the provider reads the default location with (azure-arm.md 11.2).
  apiVersions: [
    "2018-05-01",
    "2019-05-01",
    "2019-10-01",
    "2020-06-01",
    "2020-10-01",
    "2021-04-01",
    "2022-09-01",
    "2023-07-01",
    "2024-03-01",
    "2024-07-01",
    "2024-11-01",
    "2025-03-01",
    "2025-04-01",
  ],
  tracked: true,
  shape: shapeOf("resources", "ResourceGroup"),
  patchShape: shapeOf("resources", "ResourceGroupPatchable"),
  longRunning: RESOURCE_GROUP,
  notFound: ({ name }) => new ResourceGroupNotFound(name),
  // `az group delete` of a missing group fails with ResourceGroupNotFound (modelled).
  missesDeletion: true,
  put: ({ body }) => ({ body: { ...body, properties: {} } }),
  patch: replaceTags,
  delete: ({ azure, existing }) => ({
    work: (_group, signal) => deleteContents(azure, existing, signal),
  }),
};

/**
 * Deletes everything in a group, whoever made it: nested resources first, then what is managed by others, then the rest;
 * refusals are tried again as long as anything else goes (azure-arm.md 3.2).
 */
async function deleteContents(azure: Azure, group: Resource, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = inOrderOfDeletion(azure.store.below(group.id));
    if (left.length === 0) {
      return;
    }
    const refusals = await deleteEach(azure, left);
    if (azure.store.below(group.id).length === left.length) {
      throw new ResourceGroupDeletionBlocked(
        group.id.name,
        refusals.map(({ id }) => id),
        refusals.map(({ error }) => error),
      );
    }
  }
}

/** A resource that could not be deleted, and why. */
interface Refusal {
  readonly id: ResourceId;
  readonly error: AzureError;
}

async function deleteEach(azure: Azure, resources: readonly Resource[]): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const { id } of resources) {
    try {
      await azure.delete(id, { cascade: true });
    } catch (error) {
      if (!(error instanceof AzureError)) {
        throw error;
      }
      refusals.push({ id, error });
    }
  }
  return refusals;
}

/** Deepest first; then resources with `managedBy`; then the others, newest first, as what was made last depends on the rest. */
function inOrderOfDeletion(resources: readonly Resource[]): Resource[] {
  const depth = ({ id }: Resource) => id.text.split("/").length;
  const managed = ({ body }: Resource) => (textAt(body, "managedBy") === undefined ? 1 : 0);
  return resources.toReversed().toSorted((a, b) => depth(b) - depth(a) || managed(a) - managed(b));
}
