import { pathSegments } from "./arm-request";
import type { Operation } from "./operation";
import type { Operations } from "./operations";
import { childId, providerId, takeScope, type ResourceId } from "./resource-id";
import type { ResourceStore } from "./resource-store";
import type { ResourceType } from "./resource-type";

/** What a path names. */
export type Route =
  | { readonly kind: "resource"; readonly id: ResourceId; readonly type: ResourceType }
  | { readonly kind: "collection"; readonly scope: ResourceId | null; readonly type: ResourceType }
  | { readonly kind: "action"; readonly id: ResourceId; readonly type: ResourceType; readonly action: string }
  | { readonly kind: "operation"; readonly operation: Operation; readonly result: boolean };

/** Finds what a path names, by the list of resource types; ids come out as they were first written. */
export class Router {
  readonly #types: ReadonlyMap<string, ResourceType>;

  constructor(
    types: readonly ResourceType[],
    private readonly store: ResourceStore,
    private readonly operations: Operations,
  ) {
    this.#types = new Map(types.map((type) => [type.type.toLowerCase(), type]));
  }

  /** Null: not a path of a resource type or operation. */
  find(path: string, query: ReadonlyMap<string, string>): Route | null {
    const segments = pathSegments(path);
    if (segments === null) {
      return null;
    }
    return this.#findOperation(path, segments, query) ?? this.#findResource(segments);
  }

  #findOperation(path: string, segments: readonly string[], query: ReadonlyMap<string, string>): Route | null {
    const encoded = segments.at(-2)?.toLowerCase() === "operationresults";
    const operation =
      this.operations.get(segments.at(-1) ?? "") ?? (encoded ? this.operations.byPath(path) : undefined);
    if (operation === undefined) {
      return null;
    }
    const { operationPath, resultPath } = operation.style;
    const wanted = path.toLowerCase();
    const isResult = wanted === resultPath(operation).toLowerCase();
    if (!isResult && wanted !== operationPath(operation).toLowerCase()) {
      return null;
    }
    const sharedPath = resultPath(operation) === operationPath(operation);
    return { kind: "operation", operation, result: sharedPath ? query.get("monitor") === "true" : isResult };
  }

  #findResource(segments: readonly string[]): Route | null {
    const { scope, rest } = takeScope(segments);
    const groups = this.#types.get("microsoft.resources/resourcegroups");
    if (groups !== undefined && scope !== null) {
      if (rest.length === 0 && scope.resourceGroup !== null) {
        return { kind: "resource", id: this.#known(scope), type: groups };
      }
      if (rest.length === 1 && scope.resourceGroup === null && rest[0]?.toLowerCase() === "resourcegroups") {
        return { kind: "collection", scope, type: groups };
      }
    }
    return this.#findBelow(scope === null ? null : this.#known(scope), rest);
  }

  /** `/providers/{namespace}/{type}/{name}…`, as often as extension resources are nested. */
  #findBelow(scope: ResourceId | null, segments: readonly string[]): Route | null {
    const [keyword, namespace, ...rest] = segments;
    if (keyword?.toLowerCase() !== "providers" || namespace === undefined) {
      return null;
    }
    let id: ResourceId | undefined;
    let type: ResourceType | undefined;
    for (let at = 0; at < rest.length; at += 2) {
      const segment = rest[at] ?? "";
      if (type !== undefined && id !== undefined && segment.toLowerCase() === "providers") {
        return this.#findBelow(id, rest.slice(at));
      }
      const next = this.#types.get(`${type?.type ?? namespace}/${segment}`.toLowerCase());
      const name = rest[at + 1];
      if (next === undefined) {
        return name === undefined ? findAction(id, type, segment) : null;
      }
      if (name === undefined) {
        return { kind: "collection", scope: id ?? scope, type: next };
      }
      id = this.#known(makeId(scope, id, next, name));
      type = next;
    }
    return id === undefined || type === undefined ? null : { kind: "resource", id, type };
  }

  /** The id as it is in the store, which keeps the case it was created with; else as given. */
  #known(id: ResourceId): ResourceId {
    return this.store.get(id)?.id ?? id;
  }
}

function makeId(
  scope: ResourceId | null,
  parent: ResourceId | undefined,
  type: ResourceType,
  name: string,
): ResourceId {
  const parts = type.type.split("/");
  const segment = parts.at(-1) ?? "";
  return parent === undefined ? providerId(scope, parts[0] ?? "", segment, name) : childId(parent, segment, name);
}

function findAction(id: ResourceId | undefined, type: ResourceType | undefined, segment: string): Route | null {
  const action = Object.keys(type?.actions ?? {}).find((name) => name.toLowerCase() === segment.toLowerCase());
  return id === undefined || type === undefined || action === undefined ? null : { kind: "action", id, type, action };
}
