import { randomBytes } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Engine } from "./engine";
import { engineEnvironment } from "./engine-environment";
import { installLanguageHost } from "./language-host/install";
import { runCommand } from "./run-command";

export type { EngineEvent } from "@pulumi/pulumi/automation";

/** What an engine is run on. */
export interface PulumiOptions {
  readonly engine: Engine;
  /** Folder with Pulumi.yaml. */
  readonly projectFolder: string;
  /** Folder that holds all the engine keeps: its home, the stacks' state, the kit's language host. Made when missing. */
  readonly workFolder: string;
  /** Variables for the engine, programs and plugins, on top of this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How one engine command is run. */
export interface RunOptions {
  /** Called for each event as it happens; for `up`, `preview`, `destroy` and `refresh`. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Called for each other line that the engine prints. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** Asks the engine to stop (it lets running operations come to their end), and kills it when that takes too long. */
  readonly signal?: AbortSignal;
  /** How long the engine may take to stop; 30 s unless told. */
  readonly graceMilliseconds?: number;
  /** Text for the command's standard input: the way for secrets (`config set --secret KEY` reads the value from there). */
  readonly input?: string;
}

/** An engine command that did not succeed. */
export class PulumiCommandError extends Error {
  override readonly name = "PulumiCommandError";

  /**
   * @param command The command as typed, such as `pulumi up --yes`.
   * @param exitCode The engine's exit code; 128 plus the signal's number when a signal ended it.
   * @param reasons What the engine itself gave as errors, in order, each once.
   */
  constructor(
    readonly command: string,
    readonly exitCode: number,
    readonly reasons: readonly string[],
  ) {
    const why = reasons.length === 0 ? "It gave no reason." : reasons.join("\n");
    super(`${command} ended with exit code ${exitCode}. ${why}`);
  }
}

/** Runs engine commands on one project, with state, home and language host in one folder that can be removed as a whole. */
export class Pulumi {
  private constructor(
    /** The variables that differ from this process's own: with them, `pulumi` typed by hand does the same. Holds the passphrase. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly engine: Engine,
    private readonly projectFolder: string,
  ) {}

  static async open(options: PulumiOptions): Promise<Pulumi> {
    const { engine, projectFolder, workFolder } = options;
    const folder = (name: string): string => join(workFolder, name);
    for (const name of ["bin", "home", "state"]) await mkdir(folder(name), { recursive: true });
    if (engine.languageHost === "kit") await installLanguageHost(folder("bin"));
    return new Pulumi(
      {
        ...engineEnvironment(engine, folder("bin")),
        PULUMI_HOME: folder("home"),
        PULUMI_BACKEND_URL: `file://${await realpath(folder("state"))}`,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
        ...options.environment,
      },
      engine,
      projectFolder,
    );
  }

  /**
   * Runs one command, such as `["up", "--yes", "--stack", "dev"]`, and returns what it printed on stdout.
   *
   * @throws PulumiCommandError when it fails, with the engine's own reasons.
   * @throws the signal's reason when it was stopped by `signal`.
   */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const reasons = new Set<string>();
    const onLine = (line: string, stream: "stdout" | "stderr"): void => {
      const event = stream === "stdout" && options.onEvent !== undefined ? parseEvent(line) : undefined;
      for (const reason of event === undefined ? errorOfLine(line, stream) : errorOfEvent(event)) reasons.add(reason);
      if (event === undefined) options.onLine?.(line, stream);
      else options.onEvent?.(event);
    };
    const result = await runCommand(
      this.engine.program,
      [...args, "--non-interactive", "--color", "never", ...(options.onEvent === undefined ? [] : ["--json"])],
      {
        folder: this.projectFolder,
        environment: {
          // A command ends before the garbage it would collect is worth the time.
          GOGC: "400",
          ...process.env,
          ...this.environment,
          // Makes preview --json print events one by one, as up, destroy and refresh do anyway.
          ...(options.onEvent === undefined ? {} : { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" }),
        },
        signal: options.signal,
        endWith: "SIGINT",
        graceMilliseconds: options.graceMilliseconds ?? 30_000,
        input: options.input,
        onLine,
      },
    );
    options.signal?.throwIfAborted();
    if (result.code !== 0) throw new PulumiCommandError(`pulumi ${args.join(" ")}`, result.code, [...reasons]);
    return result.stdout;
  }

  /** The outputs of the selected stack, or of `stack`. Secret ones are the text `[secret]` unless asked for. */
  async outputs(
    options: { readonly stack?: string; readonly showSecrets?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<Record<string, unknown>> {
    const { stack, showSecrets = false, signal } = options;
    const args = [
      ...["stack", "output", "--json"],
      ...(stack === undefined ? [] : ["--stack", stack]),
      ...(showSecrets ? ["--show-secrets"] : []),
    ];
    return JSON.parse(await this.run(args, signal === undefined ? {} : { signal })) as Record<string, unknown>;
  }
}

function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}

function errorOfEvent(event: EngineEvent): string[] {
  const { diagnosticEvent, policyEvent } = event;
  if (diagnosticEvent?.severity === "error") return [diagnosticEvent.message.trim()];
  if (policyEvent?.enforcementLevel === "mandatory")
    return [`${policyEvent.policyName}: ${policyEvent.message.trim()}`];
  return [];
}

function errorOfLine(line: string, stream: "stdout" | "stderr"): string[] {
  const found = /^\s*error: (.+)$/.exec(line)?.[1];
  if (found === undefined || (stream === "stdout" && found.startsWith("update failed"))) return [];
  return [found];
}
