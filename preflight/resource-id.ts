/** The parts of an Azure resource id. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  /** Full type in the spelling of the id, like `Microsoft.Compute/disks`. */
  readonly type: string;
  /** One name for each type segment: parent first, the resource itself last. */
  readonly names: readonly string[];
}

const GROUP_SCOPED = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/(.+)$/i;

/** Reads a resource id inside a resource group; undefined when the text is none. */
export function parseResourceId(text: string): ResourceId | undefined {
  const [, subscriptionId, resourceGroupName, namespace, path] = GROUP_SCOPED.exec(text) ?? [];
  const segments = path?.split("/") ?? [];
  if (!subscriptionId || !resourceGroupName || !namespace || segments.length % 2 !== 0 || segments.includes("")) {
    return undefined;
  }
  const types = segments.filter((_, index) => index % 2 === 0);
  const names = segments.filter((_, index) => index % 2 === 1);
  return { subscriptionId, resourceGroupName, type: [namespace, ...types].join("/"), names };
}

/** Reads the id of a resource of one type; undefined when the text is none. Types compare without case, as in Azure. */
export function parseIdOfType(text: string, type: string): ResourceId | undefined {
  const id = parseResourceId(text);
  return id?.type.toLowerCase() === type.toLowerCase() ? id : undefined;
}

/** The last name of a resource id: the resource's own. */
export function nameFromId(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}
