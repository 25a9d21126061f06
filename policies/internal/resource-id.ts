/** What an Azure resource id names, in lower case, as Azure compares it. */
export interface ResourceId {
  readonly resourceGroup: string;
  /** Like `microsoft.compute/disks`. */
  readonly type: string;
  /** One for each segment of the type. */
  readonly names: readonly string[];
}

/** Reads a resource id inside a resource group; undefined when the text is none. */
export function parseResourceId(text: string): ResourceId | undefined {
  const pattern = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)\/providers\/([^/]+)\/(.+?)\/?$/;
  const [, resourceGroup, namespace, path] = pattern.exec(text.toLowerCase()) ?? [];
  if (resourceGroup === undefined || namespace === undefined || path === undefined) {
    return undefined;
  }
  const segments = path.split("/");
  const types = segments.filter((_, index) => index % 2 === 0);
  const names = segments.filter((_, index) => index % 2 === 1);
  return { resourceGroup, type: [namespace, ...types].join("/"), names };
}

/** The resource group of an id, also of one that names nothing but the group, in lower case. */
export function resourceGroupOf(text: string): string | undefined {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/.exec(text.toLowerCase())?.[1];
}
