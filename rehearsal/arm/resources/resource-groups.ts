import type { Azure } from "../azure";
import { AzureError } from "../azure-error";
import { ResourceGroupDeletionBlocked, ResourceGroupNotFound } from "../gateway-errors";
import { textAt } from "../json";
import { RESOURCE_GROUP } from "../long-running";
import { replaceTags } from "../handlers/patch";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import { RESOURCE_MANAGER_API_VERSIONS } from "../resource-manager-versions";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";

/** Resource groups (azure-arm.md 1, 3.2). */
export const RESOURCE_GROUPS: ResourceType = {
  type: "Microsoft.Resources/resourceGroups",
  apiVersions: RESOURCE_MANAGER_API_VERSIONS,
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
    onFailed: (group) => {
      group.provisioningState = "Succeeded";
    },
  }),
};

/**
 * Deletes everything in a group that ARM knows, which is the tracked resources, whoever made them; proxy resources go
 * with what they lie in. Refusals are tried again as long as anything else goes (azure-arm.md 3.2).
 */
async function deleteContents(azure: Azure, group: Resource, signal: AbortSignal): Promise<void> {
  const trackedIn = () => azure.store.below(group.id).filter(({ type }) => type.tracked);
  let left = trackedIn();
  while (left.length > 0) {
    signal.throwIfAborted();
    const refusals: Refusal[] = [];
    for (const phase of phasesOf(azure, left)) {
      refusals.push(...(await deleteTogether(azure, phase)));
    }
    const before = left.length;
    left = trackedIn();
    if (left.length === before) {
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

/** Nested resources first, then those with `managedBy`, then the rest (azure-arm.md 3.2). */
function phasesOf(azure: Azure, resources: readonly Resource[]): Resource[][] {
  const isNested = ({ id }: Resource) => id.type.split("/").length > 2;
  const isManaged = (resource: Resource) =>
    textAt(azure.show(resource, resource.type.apiVersions[0] ?? ""), "managedBy") !== undefined;
  const nested = resources.filter(isNested);
  const managed = resources.filter((resource) => !isNested(resource) && isManaged(resource));
  const rest = resources.filter((resource) => !isNested(resource) && !isManaged(resource));
  return [nested, managed, rest];
}

async function deleteTogether(azure: Azure, resources: readonly Resource[]): Promise<Refusal[]> {
  const refusals = await Promise.all(
    resources.map(async ({ id }) => {
      try {
        await azure.delete(id, { cascade: true });
        return undefined;
      } catch (error) {
        if (!(error instanceof AzureError)) {
          throw error;
        }
        return { id, error };
      }
    }),
  );
  return refusals.filter((refusal) => refusal !== undefined);
}
