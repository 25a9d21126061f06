import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { constants } from "node:os";

/** How a command is run. */
export interface CommandOptions {
  readonly folder?: string;
  /** All variables of the command; this process's own when left out. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Ends the command with `endWith`, and with SIGKILL when that takes longer than `graceMilliseconds`. */
  readonly signal?: AbortSignal | undefined;
  readonly endWith?: NodeJS.Signals;
  readonly graceMilliseconds?: number;
  /** Given to the command on its standard input, which is closed afterwards. */
  readonly input?: string | undefined;
  /** Called for each line as it is printed. */
  readonly onLine?: ((line: string, stream: "stdout" | "stderr") => void) | undefined;
}

/** What became of a command. */
export interface CommandResult {
  /** Exit code; 128 plus the signal's number when a signal ended it, as shells count. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const keptCharacters = 16 * 1024 * 1024;

/**
 * Runs a command in a process group of its own, so that an interrupt typed in the terminal reaches it only through
 * `signal`, and so that what it started ends with it.
 *
 * @throws Error when the program cannot be started. How it ended is in the result, also after an abort.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd: options.folder,
    env: options.environment ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");

  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    createInterface({ input: child[stream] }).on("line", (line) => {
      printed[stream] = (printed[stream] + line + "\n").slice(-keptCharacters);
      options.onLine?.(line, stream);
    });
  }

  const ending = endOnAbort(() => child.pid, options);
  try {
    return await new Promise<CommandResult>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code: exitCode(code, signal), ...printed }));
    });
  } finally {
    ending.dispose();
  }
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Ends the process group on abort, and without mercy when this process itself goes away first. */
function endOnAbort(pid: () => number | undefined, options: CommandOptions): { dispose: () => void } {
  let insist: NodeJS.Timeout | undefined;
  const kill = (signal: NodeJS.Signals): void => {
    const group = pid();
    if (group === undefined) return;
    try {
      process.kill(-group, signal);
    } catch {
      // Nothing of the group is left.
    }
  };
  const abort = (): void => {
    kill(options.endWith ?? "SIGTERM");
    insist = setTimeout(() => kill("SIGKILL"), options.graceMilliseconds ?? 5000);
  };
  const exit = (): void => kill("SIGKILL");
  options.signal?.addEventListener("abort", abort, { once: true });
  process.once("exit", exit);
  return {
    dispose: () => {
      clearTimeout(insist);
      options.signal?.removeEventListener("abort", abort);
      process.removeListener("exit", exit);
    },
  };
}
