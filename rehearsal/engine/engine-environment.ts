import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "./cache-folder";
import type { Engine } from "./engine";

/**
 * The variables an engine needs on top of the caller's own: found with its language host on PATH, quiet, and never
 * downloading plugins. `binFolder` is the folder given to `installLanguageHost`; it is used when the engine has no host.
 */
export function engineEnvironment(engine: Engine, binFolder: string): Record<string, string> {
  const folders = [
    ...(engine.languageHost === "kit" ? [binFolder] : []),
    // Before the engine's folder, which may be one with another Node in it: all must run with this process's.
    dirname(process.execPath),
    dirname(engine.program),
    process.env.PATH ?? "",
  ];
  return {
    PATH: folders.filter((folder) => folder !== "").join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    ...compileCaches(),
  };
}

/**
 * Where Node, a policy pack's tsx and the ts-node that `@pulumi/pulumi` brings keep what they compiled: in the kit's cache and not in the
 * temporary folder. Programs start in two thirds of the time with it.
 */
function compileCaches(): Record<string, string> {
  const folder = join(cacheFolder(), "compiled");
  return {
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? folder,
    TS_NODE_CACHE_DIRECTORY: process.env.TS_NODE_CACHE_DIRECTORY ?? folder,
    TSX_DISABLE_CACHE: "1",
  };
}
