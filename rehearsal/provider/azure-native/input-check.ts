import { UNKNOWN, containsUnknown, textOf, type PropertyMap, type PropertyValue } from "../property-values";
import type { CheckCall, CheckFailure } from "../stand-in";
import { seededGuid, seededHex } from "../unique-name";
import type { ResourceOperations } from "./resource-operations";
import type { ResourceType } from "./resource-types";
import { missing, problemsOf } from "./shape-check";

/**
 * Input in which the real plugin notes that a name was made up: such a resource is created before its predecessor is
 * deleted, and one with a name of its own after it.
 */
export const AUTO_NAMED = "__createBeforeDelete";

/** Completes inputs with what the real plugin fills in (a name, a location, the API version) and says what is wrong with them. */
export class InputCheck {
  readonly #locations = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly configuredLocation: string | undefined,
    private readonly lookUpLocation: (resourceGroupName: string) => Promise<string | undefined>,
  ) {}

  async check(
    call: CheckCall,
    operations: ResourceOperations,
  ): Promise<{ inputs: PropertyMap; failures: readonly CheckFailure[] }> {
    const { type } = operations;
    const inputs: PropertyMap = { ...call.inputs, ...nameFor(type, call) };
    const shape = await operations.requestShape();
    if (shape.kind === "object" && shape.properties.has("location")) {
      const location = inputs.location ?? call.oldInputs.location ?? (await this.#defaultLocation(inputs));
      if (location !== undefined) inputs.location = location;
    }
    inputs.azureApiVersion ??= type.apiVersion;

    const reasons = [...pathProblems(type, inputs, await operations.pathLimits()), ...problemsOf(shape, inputs)];
    return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
  }

  async #defaultLocation({ resourceGroupName }: PropertyMap): Promise<PropertyValue | undefined> {
    if (this.configuredLocation !== undefined) return this.configuredLocation;
    if (containsUnknown(resourceGroupName)) return UNKNOWN;
    const name = textOf(resourceGroupName);
    if (name === undefined) return undefined;
    let location = this.#locations.get(name);
    if (location === undefined) {
      location = this.lookUpLocation(name);
      this.#locations.set(name, location);
    }
    const found = await location;
    // A group that is not there yet is asked for again.
    if (found === undefined) this.#locations.delete(name);
    return found;
  }
}

/** The name of a resource that was given none: its old one, else one after its logical name. */
function nameFor(type: ResourceType, { inputs, oldInputs, autonaming, randomSeed, name, urn }: CheckCall): PropertyMap {
  const property = type.path.at(-1) ?? "";
  if (inputs[property] !== undefined) return {};
  const old = oldInputs[property];
  if (old !== undefined) return { [property]: old, ...(oldInputs[AUTO_NAMED] === true ? { [AUTO_NAMED]: true } : {}) };

  const guid = type.autoName === "guid";
  if (autonaming?.mode === "disable") return {};
  const made =
    autonaming !== undefined && (autonaming.mode === "enforce" || !guid)
      ? autonaming.proposedName
      : guid
        ? seededGuid(randomSeed, urn)
        : `${name}${seededHex(randomSeed, urn, 8)}`;
  return { [property]: made, [AUTO_NAMED]: true };
}

function pathProblems(
  type: ResourceType,
  inputs: PropertyMap,
  limits: Awaited<ReturnType<ResourceOperations["pathLimits"]>>,
): string[] {
  return type.path.flatMap((name) => {
    const value = inputs[name];
    if (value === undefined || value === "") return [missing(name)];
    return problemsOf(limits.get(name) ?? { kind: "string", limits: {} }, value, name);
  });
}
