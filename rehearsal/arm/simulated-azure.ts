import type { Azure } from "./azure";
import { deleteAndWait } from "./handlers/delete";
import type { ResourceCall } from "./handlers/call";
import { showResource } from "./handlers/show";
import { renewEtag } from "./handlers/write";
import type { JsonObject } from "./json";
import { Operations } from "./operations";
import { settledResource, type Resource } from "./resource";
import type { ResourceId } from "./resource-id";
import { ResourceStore } from "./resource-store";
import type { ResourceType } from "./resource-type";
import type { ServiceKey } from "./service-key";
import type { Principal, Tokens } from "./tokens";
import { VirtualClock } from "./virtual-clock";

/** What a simulated Azure is made of. */
export interface SimulatedAzureOptions {
  readonly types: readonly ResourceType[];
  readonly armEndpoint: string;
  readonly subscriptionId: string;
  readonly tokens: Tokens;
  /** The principal as which the simulator itself deletes. */
  readonly owner: Principal;
  readonly millisecondsPerSecond: number;
  readonly pollHoldMilliseconds: number;
  readonly onProblem: (problem: string) => void;
}

/** The state of the simulated Azure, and the doors through which resource types reach it. */
export class SimulatedAzure implements Azure {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly armEndpoint: string;
  readonly tokens: Tokens;
  readonly millisecondsPerSecond: number;
  readonly pollHoldMilliseconds: number;
  readonly store = new ResourceStore();
  readonly clock = new VirtualClock();
  readonly operations: Operations;
  readonly #owner: Principal;
  readonly #onProblem: (problem: string) => void;
  readonly #services = new Map<object, unknown>();
  readonly #types: ReadonlyMap<string, ResourceType>;

  constructor(options: SimulatedAzureOptions) {
    this.#types = new Map(options.types.map((type) => [type.type.toLowerCase(), type]));
    this.subscriptionId = options.subscriptionId;
    this.tenantId = options.tokens.tenantId;
    this.armEndpoint = options.armEndpoint;
    this.tokens = options.tokens;
    this.millisecondsPerSecond = options.millisecondsPerSecond;
    this.pollHoldMilliseconds = options.pollHoldMilliseconds;
    this.#owner = options.owner;
    this.#onProblem = options.onProblem;
    this.operations = new Operations(options.onProblem);
  }

  provide<T>(key: ServiceKey<T>, service: T): void {
    this.#services.set(key, service);
  }

  service<T>(key: ServiceKey<T>): T {
    if (!this.#services.has(key)) {
      throw new Error(`internal error: the service "${key.name}" was not provided to the simulated Azure`);
    }
    // The key carries the type under which `provide` took the service.
    return this.#services.get(key) as T;
  }

  insert(id: ResourceId, body: JsonObject): Resource {
    const type = this.#typeOf(id);
    const resource = settledResource(id, type, body);
    renewEtag(resource);
    this.store.add(resource);
    this.clock.alias(id, type.aliases?.(resource) ?? []);
    return resource;
  }

  async delete(id: ResourceId, { cascade = false }: { readonly cascade?: boolean } = {}): Promise<void> {
    const type = this.#typeOf(id);
    const call: ResourceCall = {
      azure: this,
      id,
      type,
      apiVersion: type.apiVersions[0] ?? "",
      principal: this.#owner,
      request: { method: "DELETE", path: id.text, query: new Map(), headers: {}, body: "" },
    };
    await deleteAndWait(call, cascade);
  }

  show(resource: Resource, apiVersion: string, expand?: string): JsonObject {
    return showResource(this, resource, apiVersion, expand);
  }

  problem(text: string): void {
    this.#onProblem(text);
  }

  #typeOf(id: ResourceId): ResourceType {
    const type = this.#types.get(id.type.toLowerCase());
    if (type === undefined) {
      throw new Error(`internal error: no resource type "${id.type}" (${id.text})`);
    }
    return type;
  }
}
