import type { Mapper, OperationSpec } from "@azure/core-client";

/** What a value looks like, on the wire and in the program: the two differ in names and nesting only. */
export type Shape =
  | { readonly kind: "object"; readonly properties: ReadonlyMap<string, Property> }
  | { readonly kind: "array" | "dictionary"; readonly element: Shape }
  | { readonly kind: "string" | "number" | "boolean" | "any"; readonly limits: Limits };

/** One property of an object. */
export interface Property {
  /** What the SDK calls it, where that is not the program's name. */
  readonly sdkName: string;
  /** Where it is in the wire's object: `["properties", "diskSizeGB"]`. */
  readonly wirePath: readonly string[];
  readonly required: boolean;
  /** Only Azure sets it. */
  readonly readOnly: boolean;
  /** Whether the program gives the keys only, as an array, where the wire has an object for each. */
  readonly keysOnly: boolean;
  readonly shape: Shape;
}

/** Limits of a value, by the names that SDK mappers use. */
export interface Limits {
  readonly MinLength?: number;
  readonly MaxLength?: number;
  readonly Pattern?: RegExp;
  readonly InclusiveMinimum?: number;
  readonly InclusiveMaximum?: number;
}

type Models = Readonly<Record<string, Mapper>>;

/**
 * The shape of what an operation sends.
 *
 * @param without top-level properties that are left out
 */
export function requestShape(spec: OperationSpec, without: readonly string[] = []): Shape {
  const shape = shapeOf(spec.requestBody?.mapper, modelsOf(spec));
  if (shape.kind !== "object") return shape;
  return { kind: "object", properties: new Map([...shape.properties].filter(([name]) => !without.includes(name))) };
}

/** The shape of what an operation answers. */
export function responseShape(spec: OperationSpec): Shape {
  return shapeOf(spec.responses[200]?.bodyMapper, modelsOf(spec));
}

function modelsOf(spec: OperationSpec): Models {
  return spec.serializer.modelMappers;
}

function shapeOf(mapper: Mapper | undefined, models: Models): Shape {
  const limits = mapper?.constraints ?? {};
  switch (mapper?.type.name) {
    case "Composite":
      return new ObjectShape(mapper, models);
    case "Dictionary":
      return { kind: "dictionary", element: shapeOf((mapper.type as { value: Mapper }).value, models) };
    case "Sequence":
      return { kind: "array", element: shapeOf((mapper.type as { element: Mapper }).element, models) };
    case "Number":
      return { kind: "number", limits };
    case "Boolean":
      return { kind: "boolean", limits };
    case undefined:
    case "any":
      return { kind: "any", limits };
    default:
      return { kind: "string", limits };
  }
}

/** Models refer to each other, some to themselves, so the properties are found when they are asked for. */
class ObjectShape {
  readonly kind = "object";
  #properties: ReadonlyMap<string, Property> | undefined;

  constructor(
    private readonly mapper: Mapper,
    private readonly models: Models,
  ) {}

  get properties(): ReadonlyMap<string, Property> {
    this.#properties ??= new Map(
      Object.entries(this.#modelProperties()).map(([sdkName, mapper]) => this.#property(sdkName, mapper)),
    );
    return this.#properties;
  }

  #modelProperties(): Record<string, Mapper> {
    const type = this.mapper.type as { className?: string; modelProperties?: Record<string, Mapper> };
    const model = this.models[type.className ?? ""]?.type as { modelProperties?: Record<string, Mapper> } | undefined;
    return type.modelProperties ?? model?.modelProperties ?? {};
  }

  #property(sdkName: string, mapper: Mapper): [name: string, property: Property] {
    // A dot that belongs to a name is escaped: `odata\\.type`.
    const wirePath = (mapper.serializedName ?? sdkName).split(/(?<!\\)\./).map((part) => part.replace("\\.", "."));
    const name = programName(sdkName, wirePath.at(-1) ?? sdkName);
    const property = {
      sdkName,
      wirePath,
      required: mapper.required === true && mapper.readOnly !== true,
      readOnly: mapper.readOnly === true,
      keysOnly: name === "userAssignedIdentities" && mapper.type.name === "Dictionary",
      shape: shapeOf(mapper, this.models),
    };
    return [name, property];
  }
}

/** azure-native and the SDK rename the same properties, but azure-native keeps the wire's capitals: diskIOPSReadWrite. */
function programName(sdkName: string, wireName: string): string {
  if (sdkName.toLowerCase() !== wireName.toLowerCase()) return sdkName;
  return wireName.charAt(0).toLowerCase() + wireName.slice(1);
}
