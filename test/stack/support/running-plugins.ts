import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { repositoryFolder } from "../../../rehearsal/project";

/** The stand-in plugins and the language host, as processes that serve one engine command after the other. */
export interface RunningPlugins {
  /** With these variables the engine attaches to them instead of starting its own. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts them once for many engine commands: each command's own would take a third of its time. That the engine starts them
 * itself is shown by test/rehearsal.
 *
 * @param environment of the simulated Azure
 */
export async function startPlugins(environment: Readonly<Record<string, string>>): Promise<RunningPlugins> {
  const start = async (...path: readonly string[]) => {
    const child = spawn(process.execPath, [join(repositoryFolder, "rehearsal", ...path)], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    child.stdout.resume();
    return { child, port };
  };
  const [azureNative, random, languageHost] = await Promise.all([
    start("provider", "azure-native", "index.js"),
    start("provider", "random", "index.js"),
    start("engine", "language-host", "start.js"),
  ]);
  return {
    environment: {
      PULUMI_DEBUG_PROVIDERS: `azure-native:${azureNative.port},random:${random.port}`,
      PULUMI_DEBUG_LANGUAGES: `nodejs:${languageHost.port}`,
    },
    async stop() {
      const children = [azureNative, random, languageHost].map(({ child }) => child);
      const ended = children.map((child) => once(child, "exit"));
      for (const child of children) child.kill();
      await Promise.all(ended);
    },
  };
}
