/** `npm run bench [-- --json] [-- --list] [-- PART-OF-NAME…]`: measures and prints one line a figure. */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { measure, type Benchmark, type Figure } from "./benchmark";
import { benchmarks } from "./benchmarks";

const usage = "usage: npm run bench -- [--json] [--list] [part of a benchmark's name…]";

function parse(): { json: boolean; list: boolean; names: string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: "boolean", default: false }, list: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    return { ...values, names: positionals };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    return undefined;
  }
}

function lineOf(figure: Figure): string {
  const target = "atMost" in figure.target ? `at most ${figure.target.atMost}` : `at least ${figure.target.atLeast}`;
  return `${figure.name}: ${figure.value.toFixed(2)} ${figure.unit} (${target}: ${figure.met ? "met" : "MISSED"})`;
}

async function main(): Promise<number> {
  const options = parse();
  if (options === undefined) return 2;
  const chosen = benchmarks.filter(
    ({ name }) => options.names.length === 0 || options.names.some((part) => name.includes(part)),
  );
  if (chosen.length === 0) {
    process.stderr.write(`No benchmark's name contains ${options.names.join(" or ")}; see --list.\n`);
    return 2;
  }
  if (options.list) {
    for (const { name, how } of chosen) process.stdout.write(`${name}: ${how}\n`);
    return 0;
  }
  return (await measureAll(chosen, options.json)) ? 0 : 1;
}

/** Measures one after the other, so that they do not disturb each other; false when one could not be measured. */
async function measureAll(chosen: readonly Benchmark[], json: boolean): Promise<boolean> {
  process.stderr.write(`${cpus().length} CPUs (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}\n`);
  let all = true;
  for (const benchmark of chosen) {
    try {
      const figure = await measure(benchmark, (line) => process.stderr.write(`  ${line}\n`));
      process.stdout.write(`${json ? JSON.stringify(figure) : lineOf(figure)}\n`);
    } catch (error) {
      all = false;
      process.stderr.write(`${benchmark.name}: not measured: ${(error as Error).message}\n`);
    }
  }
  return all;
}

void main().then((code) => (process.exitCode = code));
