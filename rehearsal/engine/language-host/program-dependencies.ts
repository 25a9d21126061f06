import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** An npm package that a program names in its package.json. */
export interface ProgramDependency {
  readonly name: string;
  /** The installed version, or the range in package.json when it is not installed. */
  readonly version: string;
}

/** The direct dependencies of the program in `folder`, by name; none when it has no package.json. */
export function programDependencies(folder: string): ProgramDependency[] {
  const file = join(folder, "package.json");
  const wanted = readJson(file)?.dependencies;
  if (typeof wanted !== "object" || wanted === null) return [];
  const require = createRequire(file);
  return Object.entries(wanted as Record<string, string>).map(([name, range]) => ({
    name,
    version: installedVersion(require, name) ?? range,
  }));
}

function installedVersion(require: NodeJS.Require, name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    const version = readJson(join(folder, name, "package.json"))?.version;
    if (typeof version === "string") return version;
  }
  return undefined;
}

function readJson(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
