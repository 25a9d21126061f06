import type { Resource } from "./resource";

/** Inputs by stack and urn. One process of the pack serves one run of the engine. */
const stacks = new Map<string, Map<string, Resource>>();

/**
 * Notes what a resource rule is shown, for rules that look at more than one resource.
 *
 * The engine shows each resource before it is made and after those that it depends on. At the end of a run it shows
 * outputs only, in which names and groups are missing and, in a preview, what is unset looks unknown.
 */
export function noteSeen(resource: Resource): void {
  const key = stackOf(resource.urn);
  const seen = stacks.get(key) ?? new Map<string, Resource>();
  stacks.set(key, seen);
  seen.set(resource.urn, resource);
}

/** The resources of the same stack that were shown so far. */
export function seenWith(urn: string): readonly Resource[] {
  return [...(stacks.get(stackOf(urn))?.values() ?? [])];
}

/** What was shown of one resource. */
export function seen(urn: string): Resource | undefined {
  return stacks.get(stackOf(urn))?.get(urn);
}

/** `urn:pulumi:STACK::PROJECT` */
function stackOf(urn: string): string {
  return urn.split("::").slice(0, 2).join("::");
}
