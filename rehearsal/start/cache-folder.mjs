import { homedir } from "node:os";
import { join } from "node:path";

/** Where the kit keeps what it fetched or built once for this user; rehearsal/engine/cache-folder.ts has the same rule. */
export function cacheFolder(environment = process.env) {
  if (environment.AZURE_REPAIR_KIT_CACHE) return environment.AZURE_REPAIR_KIT_CACHE;
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "azure-repair-kit");
}
