import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../command-time";
import { peakMemoryOf } from "../peak-memory";

/** What a run of azure-repair-kit gave. */
export interface CommandRun {
  readonly stdout: string;
  /** From start to end of the process. */
  readonly seconds: number;
  /** Most memory that the process held, in MB; NaN where /proc is not there. */
  readonly peakMemory: number;
}

/**
 * Runs azure-repair-kit as a process of its own.
 *
 * @throws Error when it does not end with exit code 0
 */
export async function runCommand(args: readonly string[]): Promise<CommandRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "cli", "azure-repair-kit.js"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let peakMemory = Number.NaN;
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const watch = setInterval(() => (peakMemory = peakMemoryOf(child.pid) ?? peakMemory), 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(watch);
  if (code !== 0)
    throw new Error(`azure-repair-kit ${args.join(" ")} ended with exit code ${String(code)}:\n${stderr}`);
  return { stdout, seconds: (performance.now() - started) / 1000, peakMemory };
}
