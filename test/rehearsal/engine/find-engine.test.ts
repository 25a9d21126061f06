import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  EngineNotFoundError,
  EngineNotReadyError,
  engineVersion,
  findEngine,
  findReadyEngine,
  installLanguageHost,
} from "../../../rehearsal/engine";
import { FakeMachine } from "./fake-programs";
import { stillRunning } from "./is-running";

let machine: FakeMachine;
let said: string[];
const find = (signal?: AbortSignal) =>
  findEngine({
    report: (line) => void said.push(line),
    environment: machine.environment,
    ...(signal === undefined ? {} : { signal }),
  });
const inEngineFolder = () =>
  existsSync(join(machine.cache, "engine")) ? readdirSync(join(machine.cache, "engine")) : [];

beforeEach(() => {
  machine = new FakeMachine();
  said = [];
});
afterEach(() => machine.remove());

describe("an engine on PATH", () => {
  test("is taken as it is, before anything else", async () => {
    const program = machine.addProgram("pulumi", "echo v3.300.1");
    await expect(find()).resolves.toEqual({ program, version: "3.300.1", source: "path", languageHost: "kit" });
    expect(said).toEqual([]);
  });

  test("brings its language host when that lies beside it", async () => {
    machine.addProgram("pulumi", "echo v3.300.1");
    machine.addProgram("pulumi-language-nodejs", "exit 0");
    expect((await find()).languageHost).toBe("official");
  });

  test("does not count the kit's own language host as one it brought", async () => {
    machine.addProgram("pulumi", "echo v3.300.1");
    await installLanguageHost(machine.bin);
    expect((await find()).languageHost).toBe("kit");
  });

  test.each([
    ["too old", "echo v3.100.0", "it is version 3.100.0, and 3.210.0 or newer is needed"],
    ["broken", "echo 'cannot execute' >&2; exit 126", "exit code 126 and said: cannot execute"],
    ["something else", "echo pulumi the dog", "said: pulumi the dog"],
  ])("that is %s is passed over, and why is said", async (_case, script, why) => {
    const program = machine.addProgram("pulumi", script);
    machine.addProgram("pulumi", "", join(machine.cache, "engine", engineVersion));
    expect((await find()).source).toBe("cache");
    expect(said).toEqual([expect.stringContaining(`${program} was not used`)]);
    expect(said[0]).toContain(why);
  });
});

describe("an engine in the cache", () => {
  test("is found without running anything", async () => {
    const program = machine.addProgram("pulumi", "exit 1", join(machine.cache, "engine", engineVersion));
    const expected = { program, version: engineVersion, source: "cache", languageHost: "kit" };
    await expect(find()).resolves.toEqual(expected);
    await expect(findReadyEngine(machine.environment)).resolves.toEqual(expected);
  });

  test("of another version does not count", async () => {
    machine.addProgram("pulumi", "", join(machine.cache, "engine", "3.1.0"));
    await expect(findReadyEngine(machine.environment)).rejects.toThrow(EngineNotReadyError);
  });
});

describe("the official download", () => {
  const launcher = (script: string) =>
    machine.addProgram(
      "npm",
      `/bin/mkdir -p node_modules/pulumi; /bin/cat > node_modules/pulumi/run.js <<'END'
${script}
END`,
    );

  test("is put into the cache with the language hosts it brought", async () => {
    launcher(`
      const fs = require("node:fs");
      const bin = process.env.PULUMI_HOME + "/versions/" + process.env.PULUMI_VERSION + "/bin/";
      fs.mkdirSync(bin, { recursive: true });
      for (const name of ["pulumi", "pulumi-language-nodejs"])
        fs.writeFileSync(bin + name, "#!/bin/sh\\necho v" + process.env.PULUMI_VERSION + "\\n", { mode: 0o755 });`);
    await expect(find()).resolves.toMatchObject({
      version: engineVersion,
      source: "download",
      languageHost: "official",
    });
    await expect(find()).resolves.toMatchObject({ source: "cache", languageHost: "official" });
    expect(inEngineFolder()).toEqual([engineVersion]);
  });

  test("that is refused gives way to a build, and why is said", async () => {
    launcher(`console.error("pulumi: HTTP 403 fetching the install script"); process.exit(1);`);
    machine.addGo();
    expect((await find()).source).toBe("build");
    expect(said.join("\n")).toContain("HTTP 403 fetching the install script");
  });
});

describe("the build from Go modules", () => {
  beforeEach(() => machine.addNpmWithoutNetwork());

  test("is done once and then found in the cache", async () => {
    machine.addGo();
    await expect(find()).resolves.toMatchObject({ version: engineVersion, source: "build", languageHost: "kit" });
    await expect(find()).resolves.toMatchObject({ source: "cache" });
    expect(machine.builds()).toBe(1);
    expect(inEngineFolder()).toEqual([engineVersion]);
  });

  test("is done once when two need it at the same time", async () => {
    machine.addGo({ beforeBuild: "/bin/sleep 1" });
    const engines = await Promise.all([find(), find()]);
    expect(engines.map(({ source }) => source).toSorted()).toEqual(["build", "cache"]);
    expect(machine.builds()).toBe(1);
    expect(said).toContainEqual(expect.stringContaining("waiting for another process"));
  });

  test("leaves neither file nor process when it is interrupted, and can be done again", async () => {
    const pidFile = join(machine.folder, "pid");
    machine.addGo({
      beforeBuild: `/bin/sleep 600 & echo $! > ${pidFile}; echo started >> ${machine.folder}/builds; wait`,
    });
    const interrupted = new AbortController();
    const finding = find(interrupted.signal);
    while (machine.builds() < 2) await delay(20);
    interrupted.abort();
    await expect(finding).rejects.toThrow("aborted");
    expect(inEngineFolder()).toEqual([]);
    await expect(stillRunning([Number(readFileSync(pidFile, "utf8"))], 5000)).resolves.toEqual([]);

    machine.addGo();
    expect((await find()).source).toBe("build");
  });

  test("removes what a killed one left", async () => {
    machine.addProgram("pulumi", "", join(machine.cache, "engine", ".unfinished-killed", "bin"));
    machine.addGo();
    await find();
    expect(inEngineFolder()).toEqual([engineVersion]);
  });

  test("does not count when the program built is another version", async () => {
    machine.addGo({ version: "3.0.0" });
    await expect(find()).rejects.toThrow(`says it is 3.0.0 instead of ${engineVersion}`);
    expect(inEngineFolder()).toEqual([]);
  });

  test("that fails gives Go's last words", async () => {
    machine.addGo({ beforeBuild: `echo "write /tmp/x: no space left on device" >&2; exit 1` });
    await expect(find()).rejects.toThrow("go build ended with exit code 1: write /tmp/x: no space left on device");
    expect(inEngineFolder()).toEqual([]);
  });

  test("needs a Go that is new enough", async () => {
    machine.addGo({ goVersion: "go1.19.2" });
    await expect(find()).rejects.toThrow(/is Go 1\.19\.2, and 1\.\d+ or newer is needed/);
    expect(machine.builds()).toBe(0);
  });
});

test("without any way to an engine one message says why for each way, and what to do", async () => {
  machine.addNpmWithoutNetwork();
  const error = await find().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EngineNotFoundError);
  const { message } = error as EngineNotFoundError;
  expect(message).toContain("there is no pulumi on PATH");
  expect(message).toContain("npm error code ENOTFOUND");
  expect(message).toContain("Go is not on PATH");
  expect(message).toContain("https://go.dev/doc/install");
  expect(inEngineFolder()).toEqual([]);
});
