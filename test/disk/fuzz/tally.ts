import type { Failure, Outcome } from "./run-mutant";

/** How the mutants of a structure ended. */
export interface Tally {
  same: number;
  other: number;
  refused: number;
  readonly failures: Failure[];
}

/** Failures that are kept; one is enough to find a defect. */
const mostFailures = 20;

export function emptyTally(): Tally {
  return { same: 0, other: 0, refused: 0, failures: [] };
}

export function count(tally: Tally, outcome: Outcome): void {
  if (typeof outcome === "string") tally[outcome]++;
  else tally.failures.push(outcome);
}

export function add(tally: Tally, more: Tally): void {
  tally.same += more.same;
  tally.other += more.other;
  tally.refused += more.refused;
  tally.failures.push(...more.failures.slice(0, mostFailures - tally.failures.length));
}

export function total({ same, other, refused, failures }: Tally): number {
  return same + other + refused + failures.length;
}
