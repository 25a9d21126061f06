// What the npm scripts start. It needs nothing but a Node and npm: it finds a fit Node, installs the dependencies, and then
// runs one of the commands below. All it says goes to stderr; stdout belongs to the command.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./start/cache-folder.mjs";
import { dependenciesAreInstalled, installDependencies } from "./start/dependencies.mjs";
import { fitNode, getNode, nodeVersion } from "./start/fit-node.mjs";
import { Interrupted, runForward } from "./start/processes.mjs";
import { workerFlags } from "./start/worker-flags.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inModules = (path) => join(root, "node_modules", path);
const typescript = (file) => ["--require", join(root, "compile-on-demand.js"), join(root, file)];

/**
 * For each command the Node programs it consists of, each its arguments, or a function of Node's path that resolves with
 * them; `args` go to the last one. All run, the first failure decides.
 */
const commands = {
  rehearse: [typescript("rehearsal/rehearse.ts")],
  simulate: [typescript("rehearsal/simulate.ts")],
  test: [
    typescript("rehearsal/engine/main.ts"),
    async (node) => [
      ...(await workerFlags(node)),
      inModules("jest/bin/jest.js"),
      `--cacheDirectory=${join(cacheFolder(), "jest")}`,
    ],
  ],
  bench: [typescript("bench/main.ts")],
  fuzz: [typescript("test/disk/fuzz/main.ts")],
  lint: [
    [inModules("eslint/bin/eslint.js"), "."],
    [inModules("prettier/bin/prettier.cjs"), "--check", "."],
  ],
  types: [[inModules("typescript/bin/tsc"), "--noEmit", "--noCheck", "false", "-p", "."]],
};
/** Commands whose later programs make no sense after an earlier one failed. */
const stopAtFirstFailure = new Set(["test"]);

function say(line) {
  process.stderr.write(`azure-repair-kit: ${line}\n`);
}

async function setUp() {
  const cache = cacheFolder();
  const node = await fitNode(cache);
  const installed = await dependenciesAreInstalled(root);
  if (node !== undefined && installed) return node;
  say("setting up what is missing, once. Interrupt it whenever you like: the next run goes on where this one stopped.");
  if (node === undefined) {
    say(
      `  Node ${nodeVersion} (this is ${process.versions.node}, the kit needs 22 or newer), 125 MB in ${join(cache, "node")}`,
    );
  }
  if (!installed) say(`  npm packages, 800 MB in ${join(root, "node_modules")}`);
  say(`  the Pulumi engine, where none is on PATH, 115 to 400 MB in ${join(cache, "engine")}`);
  say(`  To remove all of it: rm -rf node_modules "${cache}"`);
  const fit = node ?? (await getNode(cache, say));
  if (!installed) await installDependencies(root, cache, fit, say);
  return fit;
}

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const programs = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
  if (programs === undefined) {
    say(`usage: node rehearsal/start.mjs ${Object.keys(commands).join("|")} [arguments…]`);
    return 2;
  }
  const node = await setUp();
  let exitCode = 0;
  for (const [index, program] of programs.entries()) {
    const isLast = index === programs.length - 1;
    const own = typeof program === "function" ? await program(node) : program;
    const code = await runForward(node, [...own, ...(isLast ? args : [])], { folder: root });
    exitCode ||= code;
    // Above 128 a signal ended it, and whoever sent it wants no more.
    if (code > 128 || (code !== 0 && stopAtFirstFailure.has(name))) break;
  }
  return exitCode;
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    if (error instanceof Interrupted) say("interrupted; run it again and it goes on where it stopped.");
    else say(error.message);
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  },
);
