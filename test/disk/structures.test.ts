import { FuzzedStructure } from "./fuzz/run-mutant";
import { structures } from "./fuzz/structures";
import { count, emptyTally } from "./fuzz/tally";

/** A part of what `npm run fuzz` does, the same each time. */
const seed = "tests";
const mutants = 30;

it.each(structures.map((structure) => [structure.name, structure] as const))(
  "a damaged %s is read, or ends in a DiskError, and nothing that is there is called missing",
  async (_, structure) => {
    const fuzzed = await FuzzedStructure.prepare(structure);
    const tally = emptyTally();
    for (let number = 0; number < mutants; number++) count(tally, await fuzzed.run(seed, number));
    expect(tally.failures).toStrictEqual([]);
    // Damage that no reader ever sees would prove nothing.
    expect(tally.other + tally.refused).toBeGreaterThan(0);
  },
);
