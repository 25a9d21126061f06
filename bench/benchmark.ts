/** One figure that the kit is held to. */
export interface Benchmark {
  /** What is measured, as printed. */
  readonly name: string;
  readonly unit: "s" | "MiB/s" | "MB" | "requests" | "ratio";
  /** The bound, and which side of it is good. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number };
  /** How it is measured, in a sentence, for those who read the figures later. */
  readonly how: string;
  /** Measures once. Progress goes to `say`. */
  readonly run: (say: (line: string) => void) => Promise<number>;
}

/** A measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Benchmark["unit"];
  readonly target: Benchmark["target"];
  readonly met: boolean;
}

/** Runs a benchmark and holds its value against the target. */
export async function measure(benchmark: Benchmark, say: (line: string) => void): Promise<Figure> {
  const { name, unit, target } = benchmark;
  const value = await benchmark.run(say);
  return { name, value, unit, target, met: "atMost" in target ? value <= target.atMost : value >= target.atLeast };
}
