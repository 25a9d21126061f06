/** Runs batches of mutants in a process of its own, so that one that hangs or eats all memory can be ended. */
import { FuzzedStructure } from "./run-mutant";
import { structures } from "./structures";
import { count, emptyTally } from "./tally";

/** A batch of mutants, as the command asks for it. */
export interface Batch {
  readonly structure: string;
  readonly seed: string;
  readonly from: number;
  readonly count: number;
}

/** Most memory that a batch may leave behind, in bytes. */
const mostMemory = 1024 * 1024 * 1024;

const prepared = new Map<string, FuzzedStructure>();

async function run({ structure, seed, from, count: mutants }: Batch): Promise<void> {
  const known = structures.find((one) => one.name === structure)!;
  const fuzzed = prepared.get(structure) ?? (await FuzzedStructure.prepare(known));
  prepared.set(structure, fuzzed);
  const tally = emptyTally();
  for (let number = from; number < from + mutants; number++) count(tally, await fuzzed.run(seed, number));
  const { rss } = process.memoryUsage();
  if (rss > mostMemory) tally.failures.push({ structure, number: from, problem: `the process grew to ${rss} bytes` });
  process.send!(tally);
}

process.on("message", (batch: Batch) => {
  run(batch).catch((error: unknown) => {
    throw error;
  });
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches every process of a terminal; the command lets a batch end, and then goes.
process.on("SIGINT", () => undefined);
