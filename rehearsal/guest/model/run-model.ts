import { setTimeout as delay } from "node:timers/promises";

import type { Simulation } from "../bridge/commands";
import type { GuestMachine, GuestResult, GuestRun } from "../index";
import { answerLine, type Answer } from "./answer-line";
import { scriptTable } from "./script-table";

/** What a model works with. */
export interface ModelContext extends Simulation {
  readonly machine: GuestMachine;
  /** Value of a parameter; empty when it was not given. */
  readonly parameter: (name: string) => string;
  /** A sentence of the script, with its places filled in. */
  readonly text: (key: string, ...values: readonly (string | number | null)[]) => string;
  /** Another table of the script. */
  readonly table: (name: string) => ReadonlyMap<string, string>;
  /** Writes a progress line. */
  readonly say: (line: string) => void;
  /** Sleeps as the script would. */
  readonly sleep: (seconds: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Does what a guest script does, without PowerShell, and gives the same answer. Throws where the script would fail. */
export interface Model {
  /** List of the answer that is cut when the answer is too long. */
  readonly longList: string;
  answer(context: ModelContext): Promise<Answer>;
}

/** What the model of a script is run with. */
export interface ModelOptions extends Simulation {
  /** File name of the script, to say what this is a model of. */
  readonly file: string;
  readonly machine: GuestMachine;
  readonly secondsFactor: number;
}

/** Runs a model as a run command would run its script. */
export async function runModel(model: Model, options: ModelOptions, run: GuestRun): Promise<GuestResult> {
  const lines = [
    `This is the kit's model of ${options.file}: no PowerShell was found, so the script itself did not run.`,
  ];
  const timeout = AbortSignal.timeout(run.timeoutSeconds * 1000);
  const signal = run.signal ? AbortSignal.any([run.signal, timeout]) : timeout;
  const context = contextOf(options, run, lines, signal);
  const result = (exitCode: number, error = ""): GuestResult => {
    const output = lines.map((line) => `${line}\n`).join("");
    return { exitCode, output, error, timedOut: timeout.aborted && exitCode < 0, ranIn: "model" };
  };
  try {
    const answer = await unlessAborted(model.answer(context), signal);
    lines.push(`status: ${String(answer.status)}`, answerLine(answer, model.longList));
    return result(0);
  } catch (error) {
    if (signal.aborted) return result(-1, timeout.aborted ? "" : "the script was stopped\n");
    const message = error instanceof Error ? error.message : String(error);
    lines.push(`${options.file.replace(/\.ps1$/, "")} failed: ${message}`);
    return result(1, `${message}\n`);
  }
}

function contextOf(options: ModelOptions, run: GuestRun, lines: string[], signal: AbortSignal): ModelContext {
  const sentences = scriptTable(run.script, "Text");
  const given = new Map(run.parameters.map(({ name, value }) => [name.toLowerCase(), value]));
  return {
    machine: options.machine,
    windows: options.windows,
    hives: options.hives,
    signal,
    parameter: (name) => given.get(name.toLowerCase()) ?? "",
    text: (key, ...values) => fill(sentences.get(key), key, values),
    table: (name) => scriptTable(run.script, name),
    say: (line) => lines.push(line),
    sleep: (seconds) => delay(seconds * 1000 * options.secondsFactor, undefined, { signal }),
  };
}

function fill(sentence: string | undefined, key: string, values: readonly (string | number | null)[]): string {
  if (sentence === undefined) throw new Error(`internal error: the script has no sentence "${key}"`);
  return sentence.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ""));
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Error("stopped"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}
