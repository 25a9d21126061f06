import type { Benchmark } from "./benchmark";
import { programStart, programStartCached, programStartRatio } from "./program-start";
import { rehearsalTime } from "./rehearsal-time";
import { testTime } from "./test-time";

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  programStart,
  programStartCached,
  programStartRatio,
  rehearsalTime,
  testTime,
];
