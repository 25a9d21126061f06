/** Stands for a value that a preview cannot know yet. */
export const UNKNOWN = Symbol("unknown until the update");

/** Properties of a resource as plain data; {@link UNKNOWN} in place of what a preview cannot know. */
export type Properties = Readonly<Record<string, unknown>>;

/**
 * A plain copy of what the policy SDK shows of a resource.
 *
 * The SDK throws at each touch of an unknown value, also deep inside of a loop, and then the whole rule has not run. With a
 * copy a rule can judge what is known.
 */
export function plainProperties(shown: object): Properties {
  return plain(shown) as Properties;
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => touch(value, index));
  }
  return Object.fromEntries(Object.keys(value).map((key) => [key, touch(value, key)]));
}

function touch(holder: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = (holder as Record<string | number, unknown>)[key];
  } catch {
    return UNKNOWN;
  }
  return plain(value);
}

/**
 * The value at a path like `osProfile.adminUsername` or `dataDisks.0.lun`: undefined when something on the way is missing,
 * {@link UNKNOWN} when something on the way is unknown.
 */
export function valueAt(properties: Properties, path: string): unknown {
  let value: unknown = properties;
  for (const key of path.split(".")) {
    if (value === UNKNOWN || typeof value !== "object" || value === null) {
      return value === UNKNOWN ? UNKNOWN : undefined;
    }
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value ?? undefined;
}

/** A text that is there and known, else undefined. */
export function textAt(properties: Properties, path: string): string | undefined {
  const value = valueAt(properties, path);
  return typeof value === "string" ? value : undefined;
}

/** The items of a list that are known, objects only; none when the list is missing, unknown or no list. */
export function recordsAt(properties: Properties, path: string): readonly Properties[] {
  const value = valueAt(properties, path);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The texts of a list that are known; none when the list is missing, unknown or no list. */
export function textsAt(properties: Properties, path: string): readonly string[] {
  const value = valueAt(properties, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
