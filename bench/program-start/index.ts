import { createRequire } from "node:module";
import { join } from "node:path";
import type { Benchmark } from "../benchmark";
import { commandTime, median, root } from "../command-time";
import { startMiniEngine } from "./mini-engine";

const rounds = 5;

/** Runs a program as the language host does, against an engine that answers at once, and gives the median of the wall times. */
async function startTime(programFolder: string): Promise<number> {
  const engine = await startMiniEngine();
  try {
    return await median(rounds, async () => {
      const seconds = await commandTime(process.execPath, programArguments(programFolder, engine.address), {
        folder: programFolder,
        environment: programEnvironment,
      });
      if (engine.registered() === 0) throw new Error("The program registered no resource.");
      return seconds;
    });
  } finally {
    engine.stop();
  }
}

function programArguments(programFolder: string, address: string): string[] {
  const entry = createRequire(join(root, "index.ts")).resolve("@pulumi/pulumi/cmd/run");
  const flags = { monitor: address, engine: address, organization: "organization", project: "azure-repair-kit" };
  return [
    entry,
    ...Object.entries({ ...flags, stack: "bench", pwd: programFolder, parallel: "16" }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]),
    "--dry-run",
    ".",
  ];
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
