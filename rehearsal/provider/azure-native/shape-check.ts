import { UNKNOWN, isMap, type PropertyValue } from "../property-values";
import type { Limits, Shape } from "./body-shape";

/** Says what is wrong with an input, in the real plugin's words; unknown values are not looked at. */
export function problemsOf(shape: Shape, value: PropertyValue, path = ""): string[] {
  if (value === UNKNOWN) return [];
  if (shape.kind === "any") return [];
  if (Array.isArray(value)) {
    if (shape.kind === "array")
      return value.flatMap((item, index) => problemsOf(shape.element, item, `${path}[${index}]`));
    return [wrongType(path, shape, "an array")];
  }
  if (isMap(value)) {
    if (shape.kind === "dictionary") {
      return Object.entries(value).flatMap(([key, item]) => problemsOf(shape.element, item, join(path, key)));
    }
    if (shape.kind !== "object") return [wrongType(path, shape, "an object")];
    return [...shape.properties].flatMap(([name, property]) => {
      const given = value[name];
      if (given === undefined) return property.required ? [missing(join(path, name))] : [];
      return property.keysOnly ? [] : problemsOf(property.shape, given, join(path, name));
    });
  }
  if (typeof value === shape.kind) return limitProblems("limits" in shape ? shape.limits : {}, value, path);
  return [wrongType(path, shape, `a ${typeof value}`)];
}

/** Says that a required input is missing. */
export function missing(path: string): string {
  const remedy =
    path === "location"
      ? ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
      : "";
  return `missing required property '${path}'${remedy}`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function wrongType(path: string, shape: Shape, got: string): string {
  return `'${path}' should be of type '${shape.kind}' but got ${got}`;
}

function limitProblems(limits: Limits, value: PropertyValue, path: string): string[] {
  if (typeof value === "number") {
    const { InclusiveMinimum: low = -Infinity, InclusiveMaximum: high = Infinity } = limits;
    if (value < low) return [`'${path}' is too low (${value} < ${low})`];
    return value > high ? [`'${path}' is too high (${value} > ${high})`] : [];
  }
  if (typeof value !== "string") return [];
  const { MinLength: shortest = 0, MaxLength: longest = Infinity, Pattern: pattern } = limits;
  const problems: string[] = [];
  if (value.length < shortest) {
    problems.push(`'${path}' is too short (${value.length}): at least ${shortest} characters required`);
  }
  if (value.length > longest) {
    problems.push(`'${path}' is too long (${value.length}): at most ${longest} characters allowed`);
  }
  if (pattern !== undefined && !pattern.test(value)) {
    problems.push(`'${path}' does not match expression '${pattern.source}'`);
  }
  return problems;
}
