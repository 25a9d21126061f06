import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A property value as the engine sends it: plain JSON, with markers for unknown and secret values in it. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap;

/** Named property values: the inputs or outputs of a resource. */
export interface PropertyMap {
  [name: string]: PropertyValue;
}

/** Stands for a value that is not known before the update, anywhere in a property map (pulumi/pulumi, plugin.UnknownStringValue). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a value as secret: the engine then encrypts it in the state and hides it in its output. */
export function secret(value: PropertyValue): PropertyMap {
  return { [SIGNATURE]: SECRET_SIGNATURE, value };
}

/** Whether the value is, or contains, a value that is not known yet. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isMap(value)) return Object.values(value).some(containsUnknown);
  return value === UNKNOWN;
}

/** Whether the value is an object with properties, and neither null nor an array. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a property, or undefined where it has none. */
export function textOf(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Reads the properties of a request; absent ones are an empty map. Properties that are null count as absent. */
export function fromStruct(struct: Struct | undefined): PropertyMap {
  return withoutNulls(struct?.toJavaScript() ?? {});
}

/** Writes properties for a response. */
export function toStruct(properties: PropertyMap): Struct {
  return Struct.fromJavaScript(withoutNulls(properties));
}

function withoutNulls(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, inside(value)]),
  );
}

function inside(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(inside);
  return isMap(value) ? withoutNulls(value) : value;
}
