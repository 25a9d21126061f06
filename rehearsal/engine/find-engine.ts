import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildEngine } from "./build-engine";
import { cacheFolder } from "./cache-folder";
import { downloadEngine } from "./download-engine";
import type { Engine } from "./engine";
import { EngineNotFoundError, EngineNotReadyError } from "./engine-error";
import { engineInCache } from "./engine-in-cache";
import { engineOnPath } from "./engine-on-path";
import { engineVersion } from "./engine-version";
import { unfinishedPrefix } from "./put-in-place";
import { withLock } from "./with-lock";

/** Takes one line of progress, for a person. */
export type EngineReport = (line: string) => void;

/** Where to look, whom to tell, and when to stop. */
export interface FindOptions {
  readonly report: EngineReport;
  /** Variables to look in instead of this process's own: PATH, the cache's place, Go's settings. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Stops a download or build; nothing half-written stays, and the next call goes on where this one stopped. */
  readonly signal?: AbortSignal;
}

/**
 * A Pulumi engine that is ready to run: the one on PATH, else the one in the kit's cache, else the official download, else
 * one built from Go modules. The last two take minutes, once; two processes that need them at once wait for each other.
 *
 * @throws EngineNotFoundError when no way worked; the message says why for each.
 */
export async function findEngine(options: FindOptions): Promise<Engine> {
  const { report, environment = process.env } = options;
  const cache = cacheFolder(environment);
  const onPath = await engineOnPath(environment);
  if (typeof onPath !== "string") return onPath;
  if (!onPath.startsWith("there is no")) report(onPath);
  const cached = engineInCache(cache, environment);
  if (cached !== undefined) return cached;

  const folder = join(cache, "engine");
  await mkdir(folder, { recursive: true });
  return await withLock(folder, "get the Pulumi engine", report, options.signal, async () => {
    const gotMeanwhile = engineInCache(cache, environment);
    if (gotMeanwhile !== undefined) return gotMeanwhile;
    await removeUnfinished(folder);
    return await getEngine(onPath, cache, { ...options, environment });
  });
}

/**
 * The engine that is there already, on PATH or in the kit's cache. Never downloads or builds.
 *
 * @throws EngineNotReadyError when there is none.
 */
export async function findReadyEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const onPath = await engineOnPath(environment);
  if (typeof onPath !== "string") return onPath;
  const cached = engineInCache(cacheFolder(environment), environment);
  if (cached !== undefined) return cached;
  throw new EngineNotReadyError(
    `No Pulumi engine is ready (${onPath}, and none is in ${cacheFolder(environment)}). Run npm test, which sets it up, once.`,
  );
}

async function getEngine(
  onPath: string,
  cache: string,
  options: FindOptions & { environment: NodeJS.ProcessEnv },
): Promise<Engine> {
  const tried = [`PATH: ${onPath}`];
  const ways = [
    ["the official download", "download", downloadEngine],
    ["the build from Go modules", "build", buildEngine],
  ] as const;
  for (const [name, source, get] of ways) {
    try {
      await get(cache, options.report, options);
      const engine = engineInCache(cache, options.environment, source);
      if (engine !== undefined) return engine;
      tried.push(`${name}: it said it was done, but there is no engine.`);
    } catch (error) {
      options.signal?.throwIfAborted();
      tried.push(`${name}: ${(error as Error).message}`);
      if (source === "download") options.report(`${name} did not work: ${(error as Error).message}`);
    }
  }
  throw new EngineNotFoundError(
    [
      "No Pulumi engine could be had:",
      ...tried.map((line) => `  - ${line}`),
      `Any one of these mends it: pulumi ${engineVersion} or so on PATH (https://www.pulumi.com/docs/install/), access to the internet, or Go with access to its module proxy.`,
    ].join("\n"),
  );
}

/** What a process that was killed in the middle left behind. Only for the holder of the lock. */
async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((entry) => entry.startsWith(unfinishedPrefix))) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
