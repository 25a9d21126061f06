import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Name of the program that the engine looks for. */
export const languageHostName = "pulumi-language-nodejs";

/** A line of the shim by which it is told from an official language host. */
export const shimMark = "# azure-repair-kit language host";

/**
 * Puts the program `pulumi-language-nodejs` into `folder`, which has to be on the engine's PATH. It runs the kit's language
 * host with the Node and the dependencies of this process.
 */
export async function installLanguageHost(folder: string): Promise<void> {
  const lines = [
    "#!/bin/sh",
    shimMark,
    // exec: the engine then is the host's parent, which the host watches.
    `exec ${[process.execPath, join(__dirname, "start.js")].map(quote).join(" ")} "$@"`,
  ];
  await mkdir(folder, { recursive: true });
  const target = join(folder, languageHostName);
  const unfinished = `${target}.${process.pid}`;
  await writeFile(unfinished, `${lines.join("\n")}\n`);
  await chmod(unfinished, 0o755);
  await rename(unfinished, target);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
