/** What can be collected from a copy: the dump, every small dump, and the files that tell why Windows does not start. */
const COLLECTABLE = { Dump: "dump", Minidumps: "minidumps", Evidence: "evidence" } as const;

/** What is collected unless told otherwise. */
export const COLLECTED_BY_DEFAULT: readonly string[] = [COLLECTABLE.Dump];

/** What is wrong with one of the things to collect, or undefined. */
export function collectableProblem(argument: string, given: string): string | undefined {
  const known: readonly string[] = Object.values(COLLECTABLE);
  return known.includes(given) ? undefined : `${argument} must be a list of ${known.join(", ")}, got "${given}"`;
}

/** What is wrong with collecting something from a snapshot without a repair VM, or undefined. */
export function collectableOutsideProblem(argument: string, given: string): string | undefined {
  return given === COLLECTABLE.Dump
    ? undefined
    : `${argument} can only be dump when extractFromSnapshot is true, got "${given}"; ` +
        "the rest is collected inside a repair VM: set extractFromSnapshot to false";
}
