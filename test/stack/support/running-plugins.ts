import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { repositoryFolder } from "../../../rehearsal/project";

/** The stand-in plugins as processes that serve one engine command after the other. */
export interface RunningPlugins {
  /** With this variable the engine attaches to them instead of starting its own. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts the stand-ins once for many engine commands: each command's own would take a quarter of its time. That the engine
 * starts them itself is shown by test/rehearsal.
 *
 * @param environment of the simulated Azure
 */
export async function startPlugins(environment: Readonly<Record<string, string>>): Promise<RunningPlugins> {
  const plugins = await Promise.all(
    ["azure-native", "random"].map(async (name) => {
      const main = join(repositoryFolder, "rehearsal", "provider", name, "index.js");
      const env = { ...process.env, ...environment };
      const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
      const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      return { child, address: `${name}:${port}` };
    }),
  );
  return {
    environment: { PULUMI_DEBUG_PROVIDERS: plugins.map(({ address }) => address).join(",") },
    async stop() {
      const ended = plugins.map(({ child }) => once(child, "exit"));
      for (const { child } of plugins) child.kill();
      await Promise.all(ended);
    },
  };
}
