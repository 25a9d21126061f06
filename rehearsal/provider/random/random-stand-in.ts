import { detailedDiff } from "../detailed-diff";
import { UNKNOWN, containsUnknown, secret, type PropertyMap } from "../property-values";
import type {
  CheckCall,
  CheckFailure,
  CreateCall,
  DiffAnswer,
  DiffCall,
  ReadCall,
  ResourceState,
  StandIn,
  UpdateCall,
} from "../stand-in";
import { version } from "./package.json";
import { randomTypes, type RandomType } from "./random-types";

/** Stands in for random: values are made once, kept in the state, and made anew when an input changes. */
export class RandomStandIn implements StandIn {
  readonly name = "random";
  readonly version = version;

  configure(): Promise<void> {
    return Promise.resolve();
  }

  check({ type: token, inputs }: CheckCall): Promise<{ inputs: PropertyMap; failures: readonly CheckFailure[] }> {
    const type = typeOf(token);
    const { keepers: _anything, ...values } = inputs;
    const reason = containsUnknown(values) ? undefined : type.problem({ ...type.defaults, ...inputs });
    return Promise.resolve({ inputs, failures: reason === undefined ? [] : [{ property: "", reason }] });
  }

  diff({ oldInputs, inputs }: DiffCall): DiffAnswer {
    const all = new Set([...Object.keys(oldInputs), ...Object.keys(inputs)]);
    return { changes: detailedDiff(oldInputs, inputs, all), deleteBeforeReplace: false };
  }

  create({ type: token, inputs, preview }: CreateCall): Promise<{ id: string; outputs: PropertyMap }> {
    const type = typeOf(token);
    const complete = { ...type.defaults, ...inputs };
    const made = preview ? { id: "", outputs: unknown(type) } : type.make(complete);
    return Promise.resolve({ id: made.id, outputs: withSecrets(type, { ...complete, ...made.outputs }) });
  }

  read({ type: token, id, inputs, outputs }: ReadCall): Promise<ResourceState | null> {
    const type = typeOf(token);
    if (Object.keys(outputs).length === 0)
      throw new Error(`the random stand-in cannot import: it knows nothing of ${id}`);
    return Promise.resolve({ id, inputs, outputs: withSecrets(type, outputs) });
  }

  update({ type, inputs, oldOutputs }: UpdateCall): Promise<PropertyMap> {
    return Promise.resolve(withSecrets(typeOf(type), { ...oldOutputs, ...inputs }));
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }

  invoke(token: string): Promise<PropertyMap> {
    throw new Error(`Invoke type ${token} not found: the random package has no functions`);
  }

  cancel(): void {
    // Nothing here takes long.
  }
}

function typeOf(token: string): RandomType {
  const type = randomTypes.get(token);
  if (type !== undefined) return type;
  throw new Error(
    `Resource type ${token} not found by the random stand-in: it serves ${[...randomTypes.keys()].join(", ")}`,
  );
}

function unknown(type: RandomType): PropertyMap {
  return Object.fromEntries(type.outputs.map((name) => [name, UNKNOWN]));
}

function withSecrets(type: RandomType, outputs: PropertyMap): PropertyMap {
  const hidden = type.secrets.filter((name) => outputs[name] !== undefined);
  return { ...outputs, ...Object.fromEntries(hidden.map((name) => [name, secret(outputs[name] ?? null)])) };
}
