import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { elapsed } from "./elapsed";
import { EngineError } from "./engine-error";
import { engineFolder } from "./engine-in-cache";
import { engineVersionOf } from "./engine-on-path";
import { engineVersion } from "./engine-version";
import { folderBytes } from "./folder-bytes";
import { programOnPath } from "./program-on-path";
import { putInPlace } from "./put-in-place";
import { runCommand, type CommandResult } from "./run-command";

/** Release of the official npm package `pulumi`, a launcher that fetches the engine whose version PULUMI_VERSION names. */
const launcher = "pulumi@3.265.0";
const reportMilliseconds = 3000;
/** A download that brings nothing for so long is given up: where downloads are blocked, packets are often dropped silently. */
const stallMilliseconds = 20_000;

interface DownloadOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Gets the pinned engine and its language hosts by the official npm package into the kit's cache.
 *
 * @throws EngineError when that does not work, at the latest after twenty seconds in which nothing arrives.
 */
export async function downloadEngine(
  cache: string,
  report: (line: string) => void,
  options: DownloadOptions,
): Promise<void> {
  report(`fetching the Pulumi engine ${engineVersion} with the official npm package ${launcher}`);
  await putInPlace(engineFolder(cache), async (unfinished) => {
    const environment = { ...options.environment, ...downloadSettings(unfinished) };
    await mkdir(join(unfinished, "tmp"));
    await writeFile(join(unfinished, "package.json"), "{}");
    const step = (name: string, program: string, args: string[]): Promise<void> =>
      runWatched(name, program, args, { unfinished, report, environment, signal: options.signal });

    const npm = programOnPath("npm", environment);
    if (npm === undefined) throw new EngineError("npm is not on PATH.");
    await step("npm install", npm, [
      "install",
      "--no-save",
      "--no-package-lock",
      "--ignore-scripts",
      "--no-audit",
      launcher,
    ]);
    const run = join(unfinished, "node_modules", "pulumi", "run.js");
    await step("the download", process.execPath, [run, "version"]);

    const folder = join(unfinished, "versions", engineVersion, "bin");
    await engineVersionOf(join(folder, "pulumi"), environment);
    return folder;
  });
}

function downloadSettings(unfinished: string): Record<string, string> {
  return {
    PULUMI_HOME: unfinished,
    PULUMI_VERSION: engineVersion,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The launcher and its install script keep their temporary files here, so that they go with the folder.
    TMPDIR: join(unfinished, "tmp"),
    // Node's own fetch heeds HTTPS_PROXY only when told to.
    NODE_USE_ENV_PROXY: "1",
    npm_config_fetch_retries: "0",
    npm_config_fetch_timeout: String(stallMilliseconds),
  };
}

interface Watch {
  readonly unfinished: string;
  readonly report: (line: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}

/** Runs one step of the download, reports what has arrived, and ends it when nothing arrives any more. */
async function runWatched(name: string, program: string, args: readonly string[], watch: Watch): Promise<void> {
  const started = Date.now();
  const stalled = new AbortController();
  let last = { bytes: await folderBytes(watch.unfinished), at: started };
  const look = async (): Promise<void> => {
    const bytes = await folderBytes(watch.unfinished);
    if (bytes !== last.bytes) last = { bytes, at: Date.now() };
    else if (Date.now() - last.at > stallMilliseconds) stalled.abort();
    watch.report(`fetching the Pulumi engine: ${(last.bytes / 1e6).toFixed(0)} MB so far, ${elapsed(started)}`);
  };
  const ticking = setInterval(() => void look(), reportMilliseconds);
  let result: CommandResult;
  try {
    const signal = watch.signal === undefined ? stalled.signal : AbortSignal.any([watch.signal, stalled.signal]);
    result = await runCommand(program, args, { folder: watch.unfinished, environment: watch.environment, signal });
  } finally {
    clearInterval(ticking);
  }
  watch.signal?.throwIfAborted();
  if (stalled.signal.aborted)
    throw new EngineError(`${name} brought nothing for ${stallMilliseconds / 1000} s and was given up.`);
  if (result.code !== 0) throw new EngineError(`${name} ended with exit code ${result.code}: ${lastError(result)}`);
}

/** The line that says most about what went wrong. */
function lastError({ stdout, stderr }: CommandResult): string {
  const lines = `${stdout}\n${stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.findLast((line) => /error|refused|HTTP|denied|not found|failed/i.test(line) && !/complete log/i.test(line)) ??
    lines.at(-1) ??
    "it printed nothing"
  );
}
