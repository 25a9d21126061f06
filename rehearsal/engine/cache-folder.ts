import { homedir } from "node:os";
import { join } from "node:path";

/** Where the kit keeps what it fetched or built once for this user. `AZURE_REPAIR_KIT_CACHE` moves it. start.mjs has the same rule. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment.AZURE_REPAIR_KIT_CACHE;
  if (own !== undefined && own !== "") return own;
  const shared = environment.XDG_CACHE_HOME;
  return join(shared !== undefined && shared !== "" ? shared : join(homedir(), ".cache"), "azure-repair-kit");
}
