import { isMap, type PropertyMap, type PropertyValue } from "./property-values";

/** What happened to one property. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  /** Whether the resource has to be replaced for it. */
  readonly replace: boolean;
}

/** Changed properties by their path, in the engine's notation: `storageProfile.dataDisks[0].lun`. */
export type DetailedDiff = ReadonlyMap<string, PropertyChange>;

/**
 * Compares inputs property by property, as deep as both sides go.
 *
 * The paths matter: the engine matches the options replaceOnChanges and ignoreChanges with them.
 *
 * @param replaceOn names of the top-level properties whose change, anywhere below, needs a replacement
 */
export function detailedDiff(
  oldInputs: PropertyMap,
  inputs: PropertyMap,
  replaceOn: ReadonlySet<string>,
): DetailedDiff {
  const changes = new Map<string, PropertyChange>();
  for (const name of namesOf(oldInputs, inputs)) {
    compare(pathOf("", name), oldInputs[name], inputs[name], replaceOn.has(name), changes);
  }
  return changes;
}

function compare(
  path: string,
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  replace: boolean,
  changes: Map<string, PropertyChange>,
): void {
  if (before === undefined || after === undefined) {
    if (before !== after) changes.set(path, { kind: before === undefined ? "add" : "delete", replace });
  } else if (isMap(before) && isMap(after)) {
    for (const name of namesOf(before, after)) compare(pathOf(path, name), before[name], after[name], replace, changes);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(`${path}[${index}]`, before[index], after[index], replace, changes);
    }
  } else if (before !== after) {
    changes.set(path, { kind: "update", replace });
  }
}

function namesOf(before: PropertyMap, after: PropertyMap): Set<string> {
  return new Set([...Object.keys(before), ...Object.keys(after)]);
}

/** Names with dots, quotes or brackets are put in brackets and quotes, as the engine's parser of paths wants them. */
function pathOf(parent: string, name: string): string {
  if (/^[^."[\]]+$/.test(name)) return parent === "" ? name : `${parent}.${name}`;
  return `${parent}["${name.replaceAll('"', '\\"')}"]`;
}
