import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";

/** How long a program or plugin may take to end itself after SIGTERM. */
const graceMilliseconds = 1000;

/** The programs and plugins that the language host started and has to end. */
export class ChildProcesses {
  readonly #running = new Set<ChildProcess>();

  /** Starts Node with these arguments. The child stays in the host's process group: the engine ends the group as a whole. */
  startNode(args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.start(process.execPath, args, options);
  }

  start(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(program, args, options);
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    child.once("error", () => this.#running.delete(child));
    return child;
  }

  /** Asks the child to end, insists after a second, and returns when it is gone. */
  async end(child: ChildProcess): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const insist = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
    await exited;
    clearTimeout(insist);
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.end(child)));
  }
}
