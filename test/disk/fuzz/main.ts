/**
 * `npm run fuzz -- [--mutants N] [--seed S] [--structure PART-OF-NAME]… [--from N] [--jobs N] [--list]`: damages every
 * structure of a disk over and over, and asks a reader about it. It must answer, or end in a typed error.
 */
import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Failure } from "./run-mutant";
import type { Structure } from "./structure";
import { structures } from "./structures";
import { add, emptyTally, total, type Tally } from "./tally";
import type { Batch } from "./worker";

const usage =
  "usage: npm run fuzz -- [--mutants N] [--seed S] [--structure PART-OF-NAME]... [--from N] [--jobs N] [--list]";

/** Mutants of a batch. */
const batchSize = 250;

/** Milliseconds after which a batch counts as hung: it takes a second or two. */
const longestBatch = 120_000;

/** Milliseconds between two lines of progress. */
const pause = 5000;

interface Options {
  readonly mutants: number;
  readonly seed: string;
  readonly from: number;
  readonly jobs: number;
  readonly chosen: readonly Structure[];
  readonly list: boolean;
}

class UsageError extends Error {}

function parse(): Options {
  const { values } = parseArgs({
    options: {
      mutants: { type: "string", default: "1000000" },
      seed: { type: "string", default: randomBytes(4).toString("hex") },
      structure: { type: "string", multiple: true, default: [] },
      from: { type: "string", default: "0" },
      jobs: { type: "string", default: String(availableParallelism()) },
      list: { type: "boolean", default: false },
    },
  });
  const number = (name: "mutants" | "from" | "jobs", least: number): number => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`--${name} must be a whole number from ${least}, got "${values[name]}"`);
  };
  const parts = values.structure;
  const chosen = structures.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new UsageError(`no structure's name contains ${parts.join(" or ")}; see --list`);
  const [mutants, from, jobs] = [number("mutants", 1), number("from", 0), number("jobs", 1)];
  return { mutants, seed: values.seed, from, jobs, chosen, list: values.list };
}

/** Batches that take turns through the structures, so that an interrupted run has seen a little of each. */
function* batchesOf({ mutants, seed, from, chosen }: Options): Generator<Batch> {
  const each = Math.ceil(mutants / chosen.length);
  for (let done = 0; done < each; done += batchSize) {
    for (const { name } of chosen) {
      yield { structure: name, seed, from: from + done, count: Math.min(batchSize, each - done) };
    }
  }
}

class Run {
  readonly tallies = new Map<string, Tally>();
  interrupted = false;
  private readonly batches: Iterator<Batch>;
  private readonly started = performance.now();
  private told = performance.now();

  constructor(private readonly options: Options) {
    this.batches = batchesOf(options);
    for (const { name } of options.chosen) this.tallies.set(name, emptyTally());
  }

  get failures(): Failure[] {
    return [...this.tallies.values()].flatMap((tally) => tally.failures);
  }

  /** Works until no batch is left, in a process that is started anew when one hangs. */
  async work(): Promise<void> {
    let worker = startWorker();
    for (let next = this.batches.next(); !next.done && !this.interrupted; next = this.batches.next()) {
      const tally = await runBatch(worker, next.value);
      if (tally === null) {
        worker.kill("SIGKILL");
        worker = startWorker();
      }
      this.note(next.value, tally);
    }
    worker.disconnect();
  }

  private note({ structure, from, count }: Batch, tally: Tally | null): void {
    const hung = `one of ${count} mutants hangs, or ends the process; find it with --structure "${structure}" --from`;
    const outcome = tally ?? { ...emptyTally(), failures: [{ structure, number: from, problem: hung }] };
    for (const failure of outcome.failures) say(textOf(failure, this.options.seed));
    add(this.tallies.get(structure)!, outcome);
    if (performance.now() - this.told < pause) return;
    this.told = performance.now();
    const done = [...this.tallies.values()].reduce((sum, one) => sum + total(one), 0);
    const rate = done / ((performance.now() - this.started) / 1000);
    const left = Math.ceil((this.options.mutants - done) / rate / 60);
    say(
      `${done.toLocaleString("en-US")} of ${this.options.mutants.toLocaleString("en-US")}, ${Math.round(rate)} a second, ${left} min left`,
    );
  }
}

function startWorker(): ChildProcess {
  return fork(join(__dirname, "worker.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** Null when there is no answer in time, or the process ended. */
function runBatch(worker: ChildProcess, batch: Batch): Promise<Tally | null> {
  return new Promise((resolve) => {
    const end = (tally: Tally | null): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(tally);
    };
    const timer = setTimeout(() => end(null), longestBatch);
    worker.once("message", (tally) => end(tally as Tally));
    worker.once("exit", () => end(null));
    worker.send(batch);
  });
}

function textOf({ structure, number, problem }: Failure, seed: string): string {
  return (
    `FAILED ${structure}, mutant ${number}: ${problem}\n` +
    `  again: npm run fuzz -- --seed ${seed} --structure "${structure}" --from ${number} --mutants 1`
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  const options = parse();
  if (options.list) {
    for (const { name } of structures) process.stdout.write(`${name}\n`);
    return 0;
  }
  say(
    `seed ${options.seed}: ${options.mutants.toLocaleString("en-US")} mutants of ${options.chosen.length} structures`,
  );
  const run = new Run(options);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => (run.interrupted = true));
  await Promise.all(Array.from({ length: options.jobs }, () => run.work()));
  for (const [name, tally] of run.tallies) {
    const { same, other, refused, failures } = tally;
    process.stdout.write(
      `${name}: ${total(tally)} mutants, ${same} answered as before, ${other} otherwise, ${refused} refused, ${failures.length} failed\n`,
    );
  }
  if (run.interrupted) say(`interrupted; the same again: npm run fuzz -- --seed ${options.seed}`);
  return run.failures.length > 0 || run.interrupted ? 1 : 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    if (!(error instanceof UsageError) && !(error instanceof TypeError && "code" in error)) throw error;
    say(`${error.message}\n${usage}`);
    process.exitCode = 2;
  },
);
