import { join } from "node:path";
import type { Engine, EngineSource } from "./engine";
import { engineVersion } from "./engine-version";
import { languageHostOf } from "./language-host-of";
import { isExecutableFile } from "./program-on-path";

/** Folder below the kit's cache that holds the engine and, after a download, its language hosts. It is put in place whole. */
export function engineFolder(cache: string): string {
  return join(cache, "engine", engineVersion);
}

/** The engine that the kit downloaded or built before. */
export function engineInCache(
  cache: string,
  environment: NodeJS.ProcessEnv,
  source: EngineSource = "cache",
): Engine | undefined {
  const program = join(engineFolder(cache), "pulumi");
  if (!isExecutableFile(program)) return undefined;
  return { program, version: engineVersion, source, languageHost: languageHostOf(program, environment) };
}
