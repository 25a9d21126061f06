import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The PowerShell that guest scripts run in: the one that AZURE_REPAIR_KIT_PWSH names, else `pwsh` on PATH.
 *
 * @returns null when there is none
 * @throws Error when AZURE_REPAIR_KIT_PWSH names no executable file
 */
export function findPowershell(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.AZURE_REPAIR_KIT_PWSH;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(
      `AZURE_REPAIR_KIT_PWSH must be the path of an executable pwsh, got "${named}"; correct or unset it`,
    );
  }
  const name = process.platform === "win32" ? "pwsh.exe" : "pwsh";
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
