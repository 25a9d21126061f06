import { spawn, type ChildProcessByStdio } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** A run of a script that lies in files. */
export interface SharedRun {
  /** Working folder. */
  readonly folder: string;
  readonly script: string;
  /** File with the parameters, as run.ps1 reads it. */
  readonly parameters: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What a script in a shared PowerShell wrote and ended with. */
export interface SharedResult {
  readonly exitCode: number;
  readonly output: string;
  readonly error: string;
}

/**
 * One PowerShell process for many runs, one after another. Starting one takes longer than most scripts run, so tests of
 * many disks share it; a run command never does.
 */
export class SharedPowershell {
  private readonly mark = randomBytes(16).toString("hex");
  private child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly powershell: string) {}

  /** @throws Error when the process ends before the run does */
  run(run: SharedRun): Promise<SharedResult> {
    const result = this.last.then(() => this.start(run));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Ends the process, and a run that is under way with it. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  private async start({ folder, script, parameters, environment }: SharedRun): Promise<SharedResult> {
    const child = (this.child ??= this.spawn(environment));
    const [output, error] = [this.until(child, child.stdout), this.until(child, child.stderr)];
    child.stdin.write(`${JSON.stringify({ folder, script, parameters, environment })}\n`);
    const [[said, code], [wrong]] = await Promise.all([output, error]);
    return { exitCode: Number(code), output: said, error: wrong };
  }

  private spawn(environment: NodeJS.ProcessEnv): ChildProcessByStdio<Writable, Readable, Readable> {
    const words = ["-NoLogo", "-NoProfile", "-NonInteractive", "-File", join(__dirname, "shared.ps1"), this.mark];
    return spawn(this.powershell, words, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
  }

  /** The text of a stream up to the mark, and what stands behind it. */
  private until(child: ChildProcessByStdio<Writable, Readable, Readable>, stream: Readable): Promise<[string, string]> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const done = (): void => {
        stream.off("data", read);
        child.off("close", closed);
        child.off("error", closed);
      };
      const closed = (cause: unknown): void => {
        done();
        this.child = null;
        const text = Buffer.concat(chunks).toString("utf8");
        reject(new Error(`PowerShell (${this.powershell}) ended before the script did: ${String(cause)}\n${text}`));
      };
      const read = (bytes: Buffer): void => {
        chunks.push(bytes);
        const text = Buffer.concat(chunks).toString("utf8");
        const at = text.lastIndexOf(this.mark);
        if (at < 0 || !text.endsWith("\n")) return;
        done();
        resolve([text.slice(0, at), text.slice(at + this.mark.length).trim()]);
      };
      stream.on("data", read);
      child.once("close", closed);
      child.once("error", closed);
    });
  }
}
