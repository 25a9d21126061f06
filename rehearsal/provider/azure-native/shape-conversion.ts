import { UNKNOWN, isMap, type PropertyMap, type PropertyValue } from "../property-values";
import type { Property, Shape } from "./body-shape";

/** Outputs of a resource from the body of a response: names and nesting of the program, only what the shape knows. */
export function outputsOf(shape: Shape, body: PropertyMap): PropertyMap {
  return convert(shape, body, (property, value) => dig(value, property.wirePath)) as PropertyMap;
}

/** The part of a resource's outputs that could have been inputs: no read-only properties. */
export function inputsOf(shape: Shape, outputs: PropertyMap): PropertyMap {
  return convert(shape, outputs, (property, value, name) => {
    const given = property.readOnly ? undefined : value[name];
    return property.keysOnly && isMap(given) ? Object.keys(given).sort() : given;
  }) as PropertyMap;
}

/**
 * The body that the SDK is given for inputs. The SDK itself nests and renames.
 *
 * @param oldInputs keys that are in these and not in the inputs are taken away by null
 */
export function requestOf(shape: Shape, inputs: PropertyMap, oldInputs: PropertyMap = {}): PropertyMap {
  return convert(
    shape,
    inputs,
    (property, value, name, before) => {
      const given = value[name];
      return property.keysOnly ? keysToObjects(given, isMap(before) ? before[name] : undefined) : given;
    },
    { before: oldInputs, sdkNames: true },
  ) as PropertyMap;
}

/** Outputs as far as a preview knows them: the inputs, and everything else unknown. */
export function previewOf(shape: Shape, inputs: PropertyMap): PropertyMap {
  return convert(shape, inputs, (property, value, name) => {
    const given = value[name];
    return given === undefined || property.keysOnly ? UNKNOWN : given;
  }) as PropertyMap;
}

type Pick = (
  property: Property,
  value: PropertyMap,
  name: string,
  before: PropertyValue | undefined,
) => PropertyValue | undefined;

interface ConvertOptions {
  /** A value of the same shape that `pick` is given along. */
  readonly before?: PropertyValue;
  /** Whether the result has the SDK's names of properties instead of the program's. */
  readonly sdkNames?: boolean;
}

/** Walks a value along its shape; `pick` says where each property of an object comes from. */
function convert(shape: Shape, value: PropertyValue, pick: Pick, options: ConvertOptions = {}): PropertyValue {
  const { before, sdkNames } = options;
  if (shape.kind === "array" && Array.isArray(value)) {
    const olds = Array.isArray(before) ? before : [];
    return value.map((item, index) => convert(shape.element, item, pick, { before: olds[index], sdkNames }));
  }
  if (!isMap(value)) return value;
  const olds = isMap(before) ? before : {};
  if (shape.kind === "dictionary") {
    const items = Object.entries(value);
    return Object.fromEntries(
      items.map(([key, item]) => [key, convert(shape.element, item, pick, { before: olds[key], sdkNames })]),
    );
  }
  if (shape.kind !== "object") return value;
  const result: PropertyMap = {};
  for (const [name, property] of shape.properties) {
    const picked = pick(property, value, name, before);
    if (picked === undefined || picked === null) continue;
    const inside = property.keysOnly ? picked : convert(property.shape, picked, pick, { before: olds[name], sdkNames });
    result[sdkNames === true ? property.sdkName : name] = inside;
  }
  return result;
}

function keysToObjects(keys: PropertyValue | undefined, before: PropertyValue | undefined): PropertyValue | undefined {
  if (!Array.isArray(keys) && !Array.isArray(before)) return keys;
  const now = Array.isArray(keys) ? keys.map(String) : [];
  const gone = (Array.isArray(before) ? before.map(String) : []).filter((key) => !now.includes(key));
  return { ...Object.fromEntries(now.map((key) => [key, {}])), ...Object.fromEntries(gone.map((key) => [key, null])) };
}

function dig(value: PropertyMap, path: readonly string[]): PropertyValue | undefined {
  let found: PropertyValue | undefined = value;
  for (const part of path) found = isMap(found) ? found[part] : undefined;
  return found;
}
