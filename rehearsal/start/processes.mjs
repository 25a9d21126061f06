import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { cacheFolder } from "./cache-folder.mjs";

/** The user or the system asked for an end. */
export class Interrupted extends Error {
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Calls `handler` for each signal, from before a program is started: one that comes in between would leave it running. */
function onSignals(handler) {
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.removeListener(signal, handler);
  };
}

function environmentWith(node) {
  const PATH = [dirname(node), process.env.PATH ?? ""].join(delimiter);
  const compiled = join(cacheFolder(), "compiled");
  return {
    ...process.env,
    PATH,
    // npm, tsc, ts-node and tsx would otherwise leave their caches in the temporary folder.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compiled,
    TS_NODE_CACHE_DIRECTORY: process.env.TS_NODE_CACHE_DIRECTORY ?? compiled,
    TSX_DISABLE_CACHE: "1",
  };
}

/**
 * Runs Node with the terminal's own streams, hands signals on, and resolves with its exit code, counted as shells do.
 * A Ctrl-C in a terminal reaches the child without help, and twice would mean "at once" to it.
 */
export async function runForward(node, args, { folder }) {
  let child;
  const stopListening = onSignals((signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
  try {
    child = spawn(node, args, { cwd: folder, env: environmentWith(node), stdio: "inherit" });
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
  } finally {
    stopListening();
  }
}

/**
 * Runs a program of the set-up out of sight, calls `onLine` for each line it prints, and ends it, with all that it started,
 * on a signal.
 *
 * @returns exit code and all that was printed
 * @throws Interrupted after a signal
 */
export async function runQuietly(program, args, { folder, node, onLine = () => undefined }) {
  let child;
  let interruptedBy;
  const stopListening = onSignals((signal) => {
    interruptedBy = signal;
    endGroup(child.pid);
  });
  try {
    child = spawn(program, args, {
      cwd: folder,
      env: environmentWith(node),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const lines = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        onLine(line);
      });
    }
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (interruptedBy !== undefined) throw new Interrupted(interruptedBy);
    return { code, lines };
  } finally {
    stopListening();
  }
}

function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
