import { oneOf } from "./problem";
import { UNKNOWN, valueAt } from "./properties";
import type { Resource } from "./resource";
import type { Report } from "./rule";

/** Reports a property that has none of the wanted values. A missing one has none; an unknown one is judged at the update. */
export function mustBe(
  resource: Resource,
  report: Report,
  property: string,
  wanted: readonly unknown[],
  change: string,
): void {
  const found = valueAt(resource.properties, property);
  if (found !== UNKNOWN && !wanted.includes(found)) {
    report({ property, found, wanted: oneOf(wanted), change });
  }
}
