import { everyText, type JsonObject } from "./json";
import { parseResourceId, type ResourceId } from "./resource-id";

/** When a piece of work would have run in Azure, in seconds since the simulator's start. */
export interface VirtualInterval {
  readonly start: number;
  readonly end: number;
}

/**
 * Adds up how long the job would have taken in Azure (modelled; durations in latency.ts).
 *
 * Time is not measured but follows from what depends on what, so a slow machine gives the same minutes as a fast one:
 * work on a resource starts when all work is over on the resource itself, on what it lies in, and on every resource that
 * the request's body names by id or by another of its names (principal id, host name); a deletion also waits for
 * whatever named the resource. Work below the same resource that was known to be over when the request came in, for
 * example the first of two run commands, is waited for as well. Everything else overlaps. Reads take no time.
 */
export class VirtualClock {
  /** Second from which on a resource is ready, by lower-cased id. */
  readonly #readyAt = new Map<string, number>();
  /** Second from which on nothing that named a resource is worked on any more. */
  readonly #releasedAt = new Map<string, number>();
  /** Ids by alias in lower case. */
  readonly #aliases = new Map<string, ResourceId>();
  /** What ended below a resource before now. */
  readonly #siblingsDoneAt = new Map<string, number>();
  #latest = 0;

  /** Other names by which bodies refer to a resource; URLs match by their origin. */
  alias(id: ResourceId, names: readonly string[]): void {
    for (const name of names) {
      this.#aliases.set(name.toLowerCase(), id);
    }
  }

  /** Registers work that begins now; `body` is what was sent. */
  begin(id: ResourceId, verb: string, body: JsonObject | undefined, seconds: number): VirtualInterval {
    const named = this.#named(body);
    const before = [id, ...named].flatMap((one) => this.#readiness(one));
    if (id.parent !== null && !id.parent.type.startsWith("Microsoft.Resources/")) {
      before.push(this.#siblingsDoneAt.get(id.parent.key));
    }
    if (verb === "DELETE") {
      before.push(...this.#usesOf(id));
    }
    const start = Math.max(0, ...before.filter((second) => second !== undefined));
    const interval = { start, end: start + seconds };
    raise(this.#readyAt, id.key, interval.end);
    for (const { key } of named) {
      raise(this.#releasedAt, key, interval.end);
    }
    this.#latest = Math.max(this.#latest, interval.end);
    return interval;
  }

  /** Tells that work is over and its end visible to clients. */
  ended(id: ResourceId, interval: VirtualInterval): void {
    if (id.parent !== null) {
      raise(this.#siblingsDoneAt, id.parent.key, interval.end);
    }
  }

  /** A deletion of `referrer` also releases what it had named: the next deletion of that waits for it. */
  released(referrer: JsonObject, interval: VirtualInterval): void {
    for (const { key } of this.#named(referrer)) {
      raise(this.#releasedAt, key, interval.end);
    }
  }

  /** Length of the longest chain of dependent work so far, in seconds. */
  get criticalPathSeconds(): number {
    return this.#latest;
  }

  /** Resources that a body names; ids of parts (an IP configuration) count as what they lie in. */
  #named(body: JsonObject | undefined): ResourceId[] {
    const ids = new Map<string, ResourceId>();
    for (const text of everyText(body)) {
      const lower = text.toLowerCase();
      const origin = /^https?:\/\/[^/?#]+/.exec(lower)?.[0];
      const id = this.#aliases.get(lower) ?? this.#aliases.get(origin ?? "") ?? parseResourceId(text);
      if (id !== null) {
        ids.set(id.key, id);
      }
    }
    return [...ids.values()];
  }

  /** When a resource and everything that it lies in are ready: an inline subnet is ready with its network. */
  #readiness(id: ResourceId): (number | undefined)[] {
    const seconds = [this.#readyAt.get(id.key)];
    for (let scope = id.parent; scope !== null; scope = scope.parent) {
      seconds.push(this.#readyAt.get(scope.key));
    }
    return seconds;
  }

  /** When nothing works any more on what lies below a resource, or on what names one of them. */
  #usesOf(id: ResourceId): number[] {
    const isHere = (key: string) => key === id.key || key.startsWith(`${id.key}/`);
    return [...this.#readyAt, ...this.#releasedAt].filter(([key]) => isHere(key)).map(([, second]) => second);
  }
}

function raise(seconds: Map<string, number>, key: string, second: number): void {
  seconds.set(key, Math.max(seconds.get(key) ?? 0, second));
}
