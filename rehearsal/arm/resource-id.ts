/**
 * A resource id in parts. Names and types compare without case, and keep the case they were written in
 * (azure-arm.md 2): compare `key`, show `text`.
 */
export interface ResourceId {
  /** `/subscriptions/…` as ARM spells it. */
  readonly text: string;
  /** `text` in lower case: what the store is keyed by. */
  readonly key: string;
  /** Null for tenant-wide resources, for example `/providers/Microsoft.Authorization/roleDefinitions/…`. */
  readonly subscriptionId: string | null;
  readonly resourceGroup: string | null;
  /** `Microsoft.Network/virtualNetworks/subnets`; subscriptions and resource groups are `Microsoft.Resources/…`. */
  readonly type: string;
  /** Last segment. */
  readonly name: string;
  /** What the resource lies in: the parent of a nested type, else the resource group, subscription or scope; null at the top. */
  readonly parent: ResourceId | null;
}

/** Id of a subscription. */
export function subscriptionScope(subscriptionId: string): ResourceId {
  return make(`/subscriptions/${subscriptionId}`, {
    subscriptionId,
    resourceGroup: null,
    type: "Microsoft.Resources/subscriptions",
    name: subscriptionId,
    parent: null,
  });
}

/** Id of a resource group; always spelt `/resourceGroups/` (azure-arm.md 3.2). */
export function resourceGroupScope(subscriptionId: string, name: string): ResourceId {
  return make(`/subscriptions/${subscriptionId}/resourceGroups/${name}`, {
    subscriptionId,
    resourceGroup: name,
    type: "Microsoft.Resources/resourceGroups",
    name,
    parent: subscriptionScope(subscriptionId),
  });
}

/** Id of a resource of a nested type: `child(vnet, "subnets", "default")`. */
export function childId(parent: ResourceId, typeSegment: string, name: string): ResourceId {
  return make(`${parent.text}/${typeSegment}/${name}`, {
    ...parent,
    type: `${parent.type}/${typeSegment}`,
    name,
    parent,
  });
}

/** Id of a resource of a provider at a scope: `providerId(group, "Microsoft.Network", "virtualNetworks", "v")`; null is the tenant. */
export function providerId(scope: ResourceId | null, namespace: string, typeSegment: string, name: string): ResourceId {
  return make(`${scope?.text ?? ""}/providers/${namespace}/${typeSegment}/${name}`, {
    subscriptionId: scope?.subscriptionId ?? null,
    resourceGroup: scope?.resourceGroup ?? null,
    type: `${namespace}/${typeSegment}`,
    name,
    parent: scope,
  });
}

/** The parts of an id, or null when the text is none. Understands nested types and extension resources on any scope. */
export function parseResourceId(text: string): ResourceId | null {
  const segments = text.split("/");
  if (segments.shift() !== "" || segments.length < 2 || segments.includes("")) {
    return null;
  }
  const { scope, rest } = takeScope(segments);
  return takeProviders(scope, rest);
}

/** Whether an id is a scope or lies anywhere below it; null is the tenant, in which everything lies. */
export function liesIn(id: ResourceId | null, scope: ResourceId | null): boolean {
  return `${id?.key ?? ""}/`.startsWith(`${scope?.key ?? ""}/`);
}

/** Splits leading subscription and resource group from the segments of a path. */
export function takeScope(segments: readonly string[]): { scope: ResourceId | null; rest: readonly string[] } {
  const [first, subscription, second, group] = segments;
  if (first?.toLowerCase() !== "subscriptions" || subscription === undefined) {
    return { scope: null, rest: segments };
  }
  if (second?.toLowerCase() !== "resourcegroups" || group === undefined) {
    return { scope: subscriptionScope(subscription), rest: segments.slice(2) };
  }
  return { scope: resourceGroupScope(subscription, group), rest: segments.slice(4) };
}

function takeProviders(scope: ResourceId | null, segments: readonly string[]): ResourceId | null {
  let id = scope;
  let rest = segments;
  while (rest.length > 0) {
    const [keyword, namespace, typeSegment, name] = rest;
    if (keyword?.toLowerCase() !== "providers" || !namespace || !typeSegment || !name) {
      return null;
    }
    id = providerId(id, namespace, typeSegment, name);
    rest = rest.slice(4);
    while (rest.length > 0 && rest[0]?.toLowerCase() !== "providers") {
      const [nestedType, nestedName] = rest;
      if (!nestedType || !nestedName) {
        return null;
      }
      id = childId(id, nestedType, nestedName);
      rest = rest.slice(2);
    }
  }
  return id;
}

function make(text: string, parts: Omit<ResourceId, "text" | "key">): ResourceId {
  return { ...parts, text, key: text.toLowerCase() };
}
