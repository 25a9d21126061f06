import type { Right } from "../blob";

const SERVICES = "Microsoft.Storage/storageAccounts/blobServices";
const CONTAINERS = `${SERVICES}/containers`;
const DELEGATION = `${SERVICES}/generateUserDelegationKey/action`;

/** Rights of a built-in role that count on the data plane. */
interface DataRole {
  readonly action: readonly string[];
  readonly dataAction: readonly string[];
}

/** Built-in roles by the GUID of their definition (learn: built-in-roles/storage, built-in-roles/privileged). */
const ROLES: Readonly<Record<string, DataRole>> = {
  // Storage Blob Data Owner
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": {
    action: [`${CONTAINERS}/*`, DELEGATION],
    dataAction: [`${CONTAINERS}/blobs/*`],
  },
  // Storage Blob Data Contributor
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": {
    action: [`${CONTAINERS}/delete`, `${CONTAINERS}/read`, `${CONTAINERS}/write`, DELEGATION],
    dataAction: ["delete", "read", "write", "move/action", "add/action"].map((verb) => `${CONTAINERS}/blobs/${verb}`),
  },
  // Storage Blob Data Reader
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": {
    action: [`${CONTAINERS}/read`, DELEGATION],
    dataAction: [`${CONTAINERS}/blobs/read`],
  },
  // Storage Blob Delegator
  "db58b8e5-c6ad-4a2a-8342-4190687cbf4a": { action: [DELEGATION], dataAction: [] },
  // Owner, Contributor, Storage Account Contributor: actions of the control plane only, no data
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": { action: ["*"], dataAction: [] },
  "b24988ac-6180-42a0-ab88-20f7382dd24c": { action: ["*"], dataAction: [] },
  "17d1049b-9a84-46fb-8f53-869881c3d3ab": { action: ["Microsoft.Storage/storageAccounts/*"], dataAction: [] },
};

/** Patterns of the rights that a role gives on the data plane; none for a role that is not known here. */
export function rightsOfRole(roleDefinitionId: string, kind: Right["kind"]): readonly string[] {
  const guid = roleDefinitionId.toLowerCase().split("/").at(-1) ?? "";
  return ROLES[guid]?.[kind] ?? [];
}
