import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs an independent tool and answers what it prints. */
export async function tool(name: string, ...parameters: string[]): Promise<string> {
  const { stdout } = await run(pathOf(name)!, parameters, { maxBuffer: 2 ** 28 });
  return stdout;
}

/** Runs an independent tool and answers the bytes it prints. */
export function toolBytes(name: string, ...parameters: string[]): Buffer {
  return execFileSync(pathOf(name)!, parameters, { maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "pipe"] });
}

/** A test that compares with independent tools; skipped aloud where one of them is not installed. */
export function itWith(tools: readonly string[], title: string, body: () => Promise<void>): void {
  const missing = tools.filter((name) => !pathOf(name));
  if (missing.length === 0) {
    it(title, body);
    return;
  }
  console.warn(`Skipped: "${title}" needs ${missing.join(", ")}.`);
  it.skip(title, body);
}

function pathOf(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
