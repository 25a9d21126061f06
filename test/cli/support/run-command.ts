import { spawn } from "node:child_process";
import { join } from "node:path";

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr holds a text. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Reads no more of stderr, as `head` does when it has enough. */
  closeStderr(): void;
}

const launcher = join(__dirname, "..", "..", "..", "cli", "azure-repair-kit.js");

/**
 * Starts azure-repair-kit as a process of its own, as users do.
 *
 * @param output file descriptor that stdout goes to, instead of to the caller
 */
export function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  output: number | null = null,
): Running {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", output ?? "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    waiting.filter(({ text }) => stderr.includes(text)).forEach(({ resolve }) => resolve());
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid!,
    ended,
    says: (text) =>
      stderr.includes(text) ? Promise.resolve() : new Promise((resolve) => waiting.push({ text, resolve })),
    kill: (signal) => void child.kill(signal),
    closeStderr: () => void child.stderr!.destroy(),
  };
}

/** Runs azure-repair-kit to its end. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startCommand(args, environment).ended;
}
