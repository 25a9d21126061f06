import { type Declared, isReference, mapped, type Program, type Reference } from "./case";
import * as validArgs from "./valid-args";

/** What a case may refer to without declaring it. */
const usual = new Map<string, () => Declared>(
  [
    validArgs.group,
    validArgs.snapshot,
    validArgs.disk,
    validArgs.vm,
    validArgs.storeGroup,
    validArgs.account,
    validArgs.container,
    validArgs.securityGroup,
  ].map((make) => [make().name, make]),
);

/** The program with every resource that it refers to, each after those that it refers to itself. */
export function complete(program: Program): Program {
  const done = new Map<string, Declared>();
  const add = (declared: Declared): void => {
    if (done.has(declared.name)) {
      return;
    }
    for (const { $ref } of references(declared)) {
      const needed = program.find(({ name }) => name === $ref) ?? usual.get($ref)?.();
      if (needed === undefined) {
        throw new Error(`${declared.name} refers to ${$ref}, which nobody declares`);
      }
      add(needed);
    }
    done.set(declared.name, declared);
  };
  program.forEach(add);
  return [...done.values()];
}

/**
 * Whether a resource was added to the program and refers to nothing of the program's own, so that others may have it too.
 */
export function isShared(declared: Declared, program: Program): boolean {
  const all = complete(program);
  return (
    !program.some(({ name }) => name === declared.name) &&
    references(declared).every(({ $ref }) =>
      isShared(
        all.find(({ name }) => name === $ref)!,
        program,
      ),
    )
  );
}

export function references(declared: Declared): Reference[] {
  const found: Reference[] = [];
  mapped(declared.inputs ?? {}, (special) => {
    if (isReference(special)) {
      found.push(special);
    }
    return special;
  });
  return found;
}
