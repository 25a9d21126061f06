import type { JsonObject } from "./json";
import type { Operations } from "./operations";
import type { Resource } from "./resource";
import type { ResourceId } from "./resource-id";
import type { ResourceStore } from "./resource-store";
import type { ServiceKey } from "./service-key";
import type { Tokens } from "./tokens";
import type { VirtualClock } from "./virtual-clock";

/** What resource types see of the simulated Azure they live in. */
export interface Azure {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** `https://localhost:port`, no slash at the end. */
  readonly armEndpoint: string;
  /** Real milliseconds that a modelled second takes. */
  readonly millisecondsPerSecond: number;
  /** How long a poll of a running operation is held before it is answered, in milliseconds. */
  readonly pollHoldMilliseconds: number;
  readonly store: ResourceStore;
  readonly operations: Operations;
  readonly clock: VirtualClock;
  readonly tokens: Tokens;
  /** A service that was given to createCore, for example the blob plane. */
  service<T>(key: ServiceKey<T>): T;
  /** Puts a resource in place as if it had always been there: no checks, no operation. For seeds, children and what a resource makes by itself (the OS disk of a VM). */
  insert(id: ResourceId, body: JsonObject): Resource;
  /** Deletes as a client would: same checks, same work; resolves when it is gone. Nothing happens when it does not exist. */
  delete(id: ResourceId, options?: { readonly cascade?: boolean }): Promise<void>;
  /** The resource as a GET shows it. */
  show(resource: Resource, apiVersion: string, expand?: string): JsonObject;
  /** Tells of something that must fail a rehearsal. */
  problem(text: string): void;
}
