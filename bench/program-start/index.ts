import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Benchmark } from "../benchmark";
import { commandTime, median, root } from "../command-time";
import { startMiniEngine } from "./mini-engine";

const rounds = 5;

/**
 * Runs a program as the language host does, against an engine that answers at once, and gives the median of the wall times.
 *
 * @param compileCache whether Node keeps compiled code between the runs, as it does in a rehearsal
 */
async function startTime(programFolder: string, compileCache = false): Promise<number> {
  const cache = await mkdtemp(join(tmpdir(), "program-start-"));
  const engine = await startMiniEngine();
  try {
    return await median(rounds, async () => {
      const seconds = await commandTime(process.execPath, programArguments(programFolder, engine.address), {
        folder: programFolder,
        environment: { ...programEnvironment, NODE_COMPILE_CACHE: compileCache ? cache : undefined },
      });
      if (engine.registered() === 0) throw new Error("The program registered no resource.");
      return seconds;
    });
  } finally {
    engine.stop();
    await rm(cache, { recursive: true });
  }
}

function programArguments(programFolder: string, address: string): string[] {
  const entry = createRequire(join(root, "index.ts")).resolve("@pulumi/pulumi/cmd/run");
  const flags = { monitor: address, engine: address, organization: "organization", project: "azure-repair-kit" };
  return [
    ...nodeArguments(programFolder),
    entry,
    ...Object.entries({ ...flags, stack: "bench", pwd: programFolder, parallel: "16" }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]),
    "--dry-run",
    ".",
  ];
}

/** The arguments for Node that the program's project file asks the language host for. */
function nodeArguments(programFolder: string): string[] {
  const file = join(programFolder, "Pulumi.yaml");
  if (!existsSync(file)) return [];
  const { runtime } = parse(readFileSync(file, "utf8")) as { runtime: string | { options?: { nodeargs?: string } } };
  const given = typeof runtime === "string" ? undefined : runtime.options?.nodeargs;
  return given?.split(/\s+/).filter((part) => part !== "") ?? [];
}

const programEnvironment = {
  PULUMI_NODEJS_TYPESCRIPT: "true",
  PULUMI_CONFIG: JSON.stringify({ "azure-repair-kit:vm": "broken/vm" }),
  PULUMI_CONFIG_SECRET_KEYS: "[]",
};

export const programStart: Benchmark = {
  name: "program start (language host, no engine)",
  unit: "s",
  target: { atMost: 1.1 },
  how: "Median wall time of @pulumi/pulumi's cmd/run with index.ts in a dry run, against an engine that answers at once.",
  run: async () => await startTime(root),
};

export const programStartCached: Benchmark = {
  name: "program start with NODE_COMPILE_CACHE, as in a rehearsal",
  unit: "s",
  target: { atMost: 1.1 },
  how: "The same with Node's compile cache switched on.",
  run: async () => await startTime(root, true),
};

export const programStartRatio: Benchmark = {
  name: "program start, compared with its imports alone",
  unit: "ratio",
  target: { atMost: 1.2 },
  how: "The same, divided by the start of a program that only imports @pulumi/pulumi and the same azure-native submodules.",
  run: async (say) => {
    const imports = await startTime(join(__dirname, "imports-only"));
    const whole = await startTime(root);
    say(`${whole.toFixed(2)} s, imports alone ${imports.toFixed(2)} s`);
    return whole / imports;
  },
};
