import { spawn } from "node:child_process";
import { join } from "node:path";

/** The repository's root. */
export const root = join(__dirname, "..");

/**
 * Runs a program and gives its wall time in seconds.
 *
 * @throws Error when it does not end with exit code 0, with the last lines it printed
 */
export async function commandTime(
  program: string,
  args: readonly string[],
  options: { readonly folder?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: options.folder ?? root,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4000)));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with exit code ${String(code)}:\n${printed}`);
  return (performance.now() - started) / 1000;
}

/** The middle one of `count` measurements. */
export async function median(count: number, measureOnce: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < count; round++) values.push(await measureOnce());
  return values.toSorted((a, b) => a - b)[Math.floor(count / 2)] ?? Number.NaN;
}
