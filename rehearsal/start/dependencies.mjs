import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { runNpm } from "./npm.mjs";

/** Holds the hash of the package-lock.json from which node_modules was completely installed. */
const stampOf = (root) => join(root, "node_modules", ".azure-repair-kit-installed");

/** Whether node_modules is what package-lock.json asks for, whoever installed it. */
export async function dependenciesAreInstalled(root) {
  const lock = await readFile(join(root, "package-lock.json"), "utf8");
  if ((await readIfThere(stampOf(root))) === hash(lock)) return true;
  const installed = await readIfThere(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined || !isInstalled(JSON.parse(lock), JSON.parse(installed))) return false;
  await writeFile(stampOf(root), hash(lock));
  return true;
}

/**
 * Runs `npm ci`, alone even when several commands start at once. It counts as done only when it was finished, so that an
 * interrupted one is repeated.
 */
export async function installDependencies(root, cache, node, say) {
  const lockFolder = join(cache, `install-${hash(root).slice(0, 16)}.lock`);
  await withLock(lockFolder, "install the npm packages", say, async () => {
    if (await dependenciesAreInstalled(root)) return;
    await rm(stampOf(root), { force: true });
    const lock = await readFile(join(root, "package-lock.json"), "utf8");
    await runNpm(["ci"], {
      folder: root,
      node,
      what: "npm packages",
      packages: countForThisMachine(JSON.parse(lock)),
      say,
    });
    await writeFile(stampOf(root), hash(lock));
  });
}

/**
 * npm writes node_modules/.package-lock.json when an installation is complete. Optional packages may be absent, as those for
 * other platforms are.
 */
function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages).every(([path, { version, integrity, optional }]) => {
    const found = installed.packages?.[path];
    if (path === "" || (found === undefined && optional === true)) return true;
    return found !== undefined && found.version === version && found.integrity === integrity;
  });
}

function countForThisMachine(lock) {
  const fits = (list, own) => list === undefined || list.includes(own);
  return Object.entries(lock.packages).filter(
    ([path, { os, cpu }]) => path !== "" && fits(os, process.platform) && fits(cpu, process.arch),
  ).length;
}

async function readIfThere(file) {
  return await readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}
