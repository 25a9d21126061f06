import type { Resource } from "./resource";
import type { ResourceId } from "./resource-id";

/** All resources, keyed by lower-cased id, in the order they were created. */
export class ResourceStore {
  readonly #resources = new Map<string, Resource>();

  /** The resource with this id, in any spelling. */
  get(id: ResourceId | string): Resource | undefined {
    return this.#resources.get(typeof id === "string" ? id.toLowerCase() : id.key);
  }

  add(resource: Resource): void {
    this.#resources.set(resource.id.key, resource);
  }

  remove(id: ResourceId): void {
    this.#resources.delete(id.key);
  }

  all(): Resource[] {
    return [...this.#resources.values()];
  }

  /** All resources of a type, by its name in any spelling. */
  ofType(type: string): Resource[] {
    const wanted = type.toLowerCase();
    return this.all().filter((resource) => resource.type.type.toLowerCase() === wanted);
  }

  /** All resources that lie anywhere below a scope, nested and extension resources included, the scope itself not. */
  below(scope: ResourceId): Resource[] {
    const prefix = `${scope.key}/`;
    return this.all().filter((resource) => resource.id.key.startsWith(prefix));
  }

  /** The children of one nested type: `childrenOf(vnet.id, "subnets")`. */
  childrenOf(parent: ResourceId, typeSegment: string): Resource[] {
    const type = `${parent.type}/${typeSegment}`.toLowerCase();
    return this.ofType(type).filter((resource) => resource.id.parent?.key === parent.key);
  }
}
