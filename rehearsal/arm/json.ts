/** A JSON value as it travels in requests and answers. */
export type JsonValue = string | number | boolean | null | JsonObject | JsonValue[];

/** A JSON object; an undefined member is one that is not sent. */
export interface JsonObject {
  [name: string]: JsonValue | undefined;
}

/** True for a JSON object, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value at a path of member names, undefined where any part is missing.
 *
 * @example valueAt(body, "properties", "subnet", "id")
 */
export function valueAt(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let current = value;
  for (const name of path) {
    // Own members only: "constructor" in a body must not reach Object.prototype.
    current = isObject(current) && Object.hasOwn(current, name) ? current[name] : undefined;
  }
  return current;
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, ...path);
  return isObject(found) ? found : {};
}

/** The objects of the array at a path; an empty list where there is none. */
export function objectsAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** The string at a path, undefined where there is none. */
export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The strings of the array at a path; an empty list where there is none. */
export function textsAt(value: JsonValue | undefined, ...path: readonly string[]): string[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}

/** The number at a path, undefined where there is none. */
export function numberAt(value: JsonValue | undefined, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** A JSON merge patch (RFC 7396): members of the patch win, null removes, arrays are replaced whole. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const before = merged[name];
    if (value === null) {
      Reflect.deleteProperty(merged, name);
    } else {
      merged[name] = isObject(value) ? mergePatch(isObject(before) ? before : {}, value) : value;
    }
  }
  return merged;
}

/** Every string anywhere in a value, member names excluded. */
export function* everyText(value: JsonValue | undefined): Generator<string> {
  if (typeof value === "string") {
    yield value;
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) {
      yield* everyText(item);
    }
  }
}
