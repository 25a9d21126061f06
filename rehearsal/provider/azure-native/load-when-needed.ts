import { createRequire } from "node:module";

const load = createRequire(__filename);

/**
 * Loads a package at its first use: each of the Azure SDK takes 0.1 s or so, and no command needs all of them.
 *
 * Their CommonJS builds, because `import()` would take the other ones, which are hundreds of files each.
 */
export function loadWhenNeeded(packageName: string): unknown {
  return load(packageName);
}
