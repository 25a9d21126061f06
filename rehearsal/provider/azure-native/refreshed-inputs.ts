import { isDeepStrictEqual } from "node:util";

import { isMap, type PropertyMap, type PropertyValue } from "../property-values";
import type { ResourceState } from "../stand-in";
import type { Shape } from "./body-shape";
import type { ResourceType } from "./resource-types";
import { inputsOf } from "./shape-conversion";

/**
 * The inputs of a resource after a refresh.
 *
 * Azure's answer has defaults that nobody gave, so it cannot be taken for inputs. What differs between the answer now and
 * the answer of the last update was changed by somebody; those changes, and nothing else, are put into the inputs
 * (pulumi-azure-native, provider.go, Read).
 */
export function refreshedInputs(
  type: ResourceType,
  shape: Shape,
  known: ResourceState,
  outputs: PropertyMap,
): PropertyMap {
  // Nothing is known of a resource whose creation failed and that could not be read then.
  if (Object.keys(known.outputs).length === 0) return known.inputs;
  const before = inputsOf(shape, known.outputs);
  const now = inputsOf(shape, outputs);
  for (const name of type.maintained ?? []) {
    // Sub-resources that the program does not give here are resources of their own.
    if (known.inputs[name] === undefined) Reflect.deleteProperty(now, name);
  }
  return applyChanges(known.inputs, before, now);
}

function applyChanges(inputs: PropertyMap, before: PropertyMap, now: PropertyMap): PropertyMap {
  const result = { ...inputs };
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [old, current] = [before[name], now[name]];
    if (isDeepStrictEqual(old, current)) continue;
    if (current === undefined) Reflect.deleteProperty(result, name);
    else result[name] = changed(inputs[name], old, current);
  }
  return result;
}

function changed(
  input: PropertyValue | undefined,
  before: PropertyValue | undefined,
  now: PropertyValue,
): PropertyValue {
  if (isMap(input) && isMap(before) && isMap(now)) return applyChanges(input, before, now);
  if (Array.isArray(input) && Array.isArray(before) && Array.isArray(now)) {
    return now.map((item, index) => {
      const [inputItem, old] = [input[index], before[index]];
      if (inputItem === undefined || old === undefined) return item;
      return isDeepStrictEqual(old, item) ? inputItem : changed(inputItem, old, item);
    });
  }
  return now;
}
