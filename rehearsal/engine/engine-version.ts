import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the Go module that builds the engine. Its go.mod pins the engine's version for every route. */
export const goModuleFolder = join(__dirname, "go-module");

function readPin(pattern: RegExp, what: string): string {
  const file = join(goModuleFolder, "go.mod");
  const found = pattern.exec(readFileSync(file, "utf8"))?.[1];
  if (found === undefined) throw new Error(`${file} has no line that pins ${what}.`);
  return found;
}

/** The engine's version that the kit downloads or builds, without a leading v. */
export const engineVersion = readPin(/^\s*(?:require )?github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/m, "the engine");

/** The lowest Go version that can build the engine. */
export const goVersion = readPin(/^go (\S+)$/m, "the Go version");

/** The lowest version of an engine on PATH that is used. Older ones are more than a year behind the SDK in package.json and untried. */
export const lowestEngineVersion = "3.210.0";
