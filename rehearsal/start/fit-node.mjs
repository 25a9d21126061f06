import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { runNpm } from "./npm.mjs";
import { runQuietly } from "./processes.mjs";

const lowestMajor = 22;

/** The Node that the kit brings where the user's is too old. */
export const nodeVersion = "24.21.0";

const unfinishedPrefix = ".unfinished-";

/** Path of a Node that fits: the running one, or the one brought before; undefined when one has to be brought. */
export async function fitNode(cache, running = process.versions.node) {
  if (Number.parseInt(running, 10) >= lowestMajor) return process.execPath;
  const brought = broughtNode(cache);
  return (await exists(brought)) ? brought : undefined;
}

/**
 * Brings Node from npm into the kit's cache, where it is put in place whole.
 *
 * @throws Error when npm cannot bring it, or it does not run here
 */
export async function getNode(cache, say) {
  const parent = join(cache, "node");
  return await withLock(join(cache, "node.lock"), `bring Node ${nodeVersion}`, say, async () => {
    const node = broughtNode(cache);
    if (await exists(node)) return node;
    await removeUnfinished(parent);
    const unfinished = await mkdtemp(join(parent, unfinishedPrefix));
    try {
      const bin = await fetchNode(unfinished, say);
      await mkdir(join(unfinished, "whole"));
      await rename(bin, join(unfinished, "whole", "bin"));
      await rename(join(unfinished, "whole"), join(parent, nodeVersion));
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    return node;
  });
}

function broughtNode(cache) {
  return join(cache, "node", nodeVersion, "bin", "node");
}

/** Installs the package with the program for this platform itself: the package `node` brings it by an install script, which npm may hold back. */
async function fetchNode(folder, say) {
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const name = `${prefix}-${process.platform}-${process.arch}`;
  await writeFile(join(folder, "package.json"), "{}");
  await runNpm(["install", "--no-save", "--package-lock=false", "--ignore-scripts", `${name}@${nodeVersion}`], {
    folder,
    node: process.execPath,
    what: `bringing Node ${nodeVersion}`,
    packages: 1,
    say,
  });
  const bin = join(folder, "node_modules", name, "bin");
  const node = join(bin, "node");
  const { code, lines } = await runQuietly(node, ["--version"], { folder, node }).catch((error) => ({
    code: error.code,
    lines: [error.message],
  }));
  if (code !== 0 || lines[0] !== `v${nodeVersion}`) {
    throw new Error(
      `The Node ${nodeVersion} that npm brought does not run on this machine (${lines.join(" ")}). Install Node ${lowestMajor} or newer from https://nodejs.org and run this again.`,
    );
  }
  return bin;
}

async function removeUnfinished(parent) {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(unfinishedPrefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function exists(file) {
  return await access(file).then(
    () => true,
    () => false,
  );
}
