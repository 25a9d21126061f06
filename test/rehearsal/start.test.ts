import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";

// start.mjs in a repository of its own, with an npm that brings small programs instead of the real packages.

let root: string;
let cache: string;

/** What `tsc` of the fake packages does: it says which Node runs it and with which arguments. */
const fakeTsc = `
  const said = { node: process.env.BROUGHT_NODE ?? "own", path: process.env.PATH.split(":")[0], args: process.argv.slice(2) };
  if (process.argv.includes("--wait")) {
    process.on("SIGTERM", () => process.exit(42));
    console.log("waiting");
    setInterval(() => undefined, 1000);
  } else {
    console.log(JSON.stringify(said));
    process.exitCode = process.argv.includes("--fail") ? 7 : 0;
  }`;

/** An npm that notes each call, and behaves as the file npm-mode says: works, fails, or hangs half-way. */
const fakeNpm = `
  const fs = require("node:fs");
  const path = require("node:path");
  const root = process.env.FAKE_ROOT;
  const parent = process.ppid;
  const put = (file, text, mode) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode });
  };
  fs.appendFileSync(path.join(root, "npm-calls"), process.argv[2] + "\\n");
  const mode = fs.readFileSync(path.join(root, "npm-mode"), "utf8");
  if (mode === "no-network") {
    console.error("npm error code ENOTFOUND\\nnpm error A complete log of this run can be found in: /x");
    process.exit(1);
  }
  console.error("npm http fetch GET 200 https://example.com/a/-/a-1.0.0.tgz 3ms (cache miss)");
  if (process.argv[2] === "ci") {
    put("node_modules/typescript/bin/tsc", ${JSON.stringify(fakeTsc)});
    if (mode === "hang") setInterval(() => process.ppid === parent || process.exit(), 100);
    else if (mode === "slow") setTimeout(() => undefined, 1000);
  } else {
    const name = process.argv.find((arg) => /^node-.*@/.test(arg)).split("@")[0];
    const says = mode === "broken-node" ? "cannot execute" : "v24.21.0";
    put("node_modules/" + name + "/bin/node", '#!/bin/sh\\n[ "$1" = --version ] && echo "' + says + '" && exit\\n' +
      '[ "$1" = --v8-options ] && echo "  --always-sparkplug (as of V8)" && exit\\n' +
      'BROUGHT_NODE=yes exec "' + process.execPath + '" "$@"\\n', 0o755);
  }`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "start-"));
  cache = join(root, "cache");
  cpSync(join(__dirname, "..", "..", "rehearsal", "start.mjs"), join(root, "rehearsal", "start.mjs"));
  cpSync(join(__dirname, "..", "..", "rehearsal", "start"), join(root, "rehearsal", "start"), { recursive: true });
  writeFileSync(join(root, "npm-cli.js"), fakeNpm);
  writeFileSync(
    join(root, "old-node.cjs"),
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.1" } });`,
  );
  setLock("1.0.0");
  setNpm("works");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function setLock(version: string): void {
  const packages = {
    "": { name: "x" },
    "node_modules/a": { version, integrity: `sha-${version}` },
    "node_modules/for-another-platform": { version: "1.0.0", optional: true, os: ["none"] },
  };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
}

function setNpm(mode: "works" | "no-network" | "hang" | "slow" | "broken-node"): void {
  writeFileSync(join(root, "npm-mode"), mode);
}

function npmCalls(): string[] {
  const file = join(root, "npm-calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

function start(args: readonly string[], nodeArgs: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...nodeArgs, join(root, "rehearsal", "start.mjs"), ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: root,
      AZURE_REPAIR_KIT_CACHE: cache,
      FAKE_ROOT: root,
      npm_execpath: join(root, "npm-cli.js"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function ended(child: ChildProcess): Promise<Ended> {
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]!.on("data", (chunk: Buffer) => (printed[stream] += chunk.toString()));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...printed };
}

const run = async (args: readonly string[], nodeArgs: readonly string[] = []) => await ended(start(args, nodeArgs));
const oldNode = () => ["--require", join(root, "old-node.cjs")];

test("installs once, says what and where and how to remove it, and leaves stdout to the command", async () => {
  const first = await run(["types", "--pretty"]);
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({
    node: "own",
    args: expect.arrayContaining(["--noEmit", "--pretty"]),
  });
  expect(first.stderr).toContain(join(root, "node_modules"));
  expect(first.stderr).toContain(`rm -rf node_modules "${cache}"`);

  const second = await run(["types"]);
  expect(second.stderr).toBe("");
  expect(npmCalls()).toEqual(["ci"]);
});

test("installs again when package-lock.json has changed", async () => {
  await run(["types"]);
  setLock("2.0.0");
  await run(["types"]);
  expect(npmCalls()).toEqual(["ci", "ci"]);
});

test.each([
  ["takes what npm itself installed from the same lock", "1.0.0", []],
  ["does not take what npm installed from another lock", "0.9.0", ["ci"]],
])("%s", async (_case, version, calls) => {
  await run(["types"]);
  rmSync(join(root, "npm-calls"));
  rmSync(join(root, "node_modules", ".azure-repair-kit-installed"));
  const packages = { "node_modules/a": { version, integrity: `sha-${version}` } };
  writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
  expect((await run(["types"])).code).toBe(0);
  expect(npmCalls()).toEqual(calls);
});

test("without a network says so with npm's words, ends with 1, and tries again the next time", async () => {
  setNpm("no-network");
  const failed = await run(["types"]);
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toContain("npm packages failed: code ENOTFOUND\n");
  setNpm("works");
  expect((await run(["types"])).code).toBe(0);
});

test("an interrupted installation ends npm, and is done again", async () => {
  setNpm("hang");
  const child = start(["types"]);
  const ending = ended(child);
  while (!existsSync(join(root, "node_modules"))) await delay(20);
  child.kill("SIGINT");
  const { code, stderr } = await ending;
  expect(code).toBe(130);
  expect(stderr).toContain("interrupted; run it again");

  setNpm("works");
  expect((await run(["types"])).code).toBe(0);
  expect(npmCalls()).toEqual(["ci", "ci"]);
});

test("two at once install once", async () => {
  setNpm("slow");
  const both = await Promise.all([run(["types"]), run(["types"])]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(npmCalls()).toEqual(["ci"]);
});

test("a lock whose holder was killed is taken over", async () => {
  setNpm("hang");
  const child = start(["types"]);
  while (!existsSync(join(root, "node_modules"))) await delay(20);
  child.kill("SIGKILL");
  await once(child, "close");
  setNpm("works");
  expect((await run(["types"])).code).toBe(0);
}, 30_000);

describe("on a Node that is too old", () => {
  test("brings one that fits, once, and runs everything with it", async () => {
    const first = await run(["types"], oldNode());
    expect(first.stderr).toContain("Node 24.21.0 (this is 20.11.1, the kit needs 22 or newer)");
    expect(JSON.parse(first.stdout)).toMatchObject({ node: "yes", path: join(cache, "node", "24.21.0", "bin") });
    const second = await run(["types"], oldNode());
    expect(JSON.parse(second.stdout)).toMatchObject({ node: "yes" });
    expect(second.stderr).toBe("");
    expect(npmCalls()).toEqual(["install", "ci"]);
  });

  test("refuses a Node that does not run here, and leaves nothing of it", async () => {
    setNpm("broken-node");
    const { code, stderr } = await run(["types"], oldNode());
    expect(code).toBe(1);
    expect(stderr).toContain("does not run on this machine (cannot execute)");
    expect(existsSync(join(cache, "node", "24.21.0"))).toBe(false);
  });
});

test("gives jest, of the V8 flags it is to have, those that the Node knows", async () => {
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put("compile-on-demand.js", "");
  put("rehearsal/engine/main.ts", "");
  put("node_modules/jest/bin/jest.js", "console.log(JSON.stringify([process.execArgv, process.argv.slice(3)]));");

  const known = JSON.parse((await run(["test", "--bail"])).stdout) as string[][];
  expect(known).toEqual([expect.arrayContaining(["--always-sparkplug", "--single-threaded-gc"]), ["--bail"]]);
  const brought = await run(["test", "--bail"], oldNode());
  expect(JSON.parse(brought.stdout)).toEqual([["--always-sparkplug"], ["--bail"]]);
});

test.each([
  [16, ["--single-threaded-gc", "--always-sparkplug", "--initial-old-space-size=1000"]],
  [4, ["--single-threaded-gc", "--always-sparkplug"]],
])("with %i GiB of memory the flags are at least %j", async (gibibytes, flags) => {
  const file = JSON.stringify(pathToFileURL(join(root, "rehearsal", "start", "worker-flags.mjs")));
  const program = `import { workerFlags } from ${file};
    console.log(JSON.stringify(await workerFlags(process.execPath, ${gibibytes} * 2 ** 30)));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  const given = JSON.parse((await ended(child)).stdout) as string[];
  expect(given).toEqual(expect.arrayContaining(flags));
  expect(given.some((flag) => flag.includes("space"))).toBe(gibibytes > 8);
});

test("keeps the command's exit code", async () => {
  expect((await run(["types", "--fail"])).code).toBe(7);
});

test("passes a signal on to the command and waits for its end", async () => {
  await run(["types"]);
  const child = start(["types", "--wait"]);
  const ending = ended(child);
  await once(child.stdout!, "data");
  child.kill("SIGTERM");
  expect((await ending).code).toBe(42);
});

test("runs no further program of a command when a signal ended one", async () => {
  await run(["types"]);
  const programs = {
    "eslint/bin/eslint.js": 'console.log("linting"); setInterval(() => undefined, 1000);',
    "prettier/bin/prettier.cjs": 'console.log("formatting");',
  };
  for (const [path, text] of Object.entries(programs)) {
    const file = join(root, "node_modules", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const child = start(["lint"]);
  const ending = ended(child);
  await once(child.stdout!, "data");
  child.kill("SIGTERM");
  expect(await ending).toMatchObject({ code: 143, stdout: "linting\n" });
});

test.each([[[]], [["tests"]], [["constructor"]]])("refuses the arguments %j with the usage", async (args) => {
  expect(await run(args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("usage: ") });
});
