import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { samples } from "../../rehearsal/disks";

const repository = join(__dirname, "..", "..");

jest.setTimeout(60_000);

let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "rehearse-test-"));
});

afterEach(async () => {
  await rm(temporary, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `npm run rehearse -- args` without the set-up; everything it puts into the temporary folder can be looked at. */
function start(args: readonly string[], onLine: (line: string, child: ChildProcess) => void = () => undefined) {
  const child = spawn(process.execPath, ["--require", "./compile-on-demand.js", "rehearsal/rehearse.ts", ...args], {
    cwd: repository,
    env: { ...process.env, TMPDIR: temporary, TSX_DISABLE_CACHE: "1" },
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (piece: Buffer) => (text.stdout += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => {
    text.stderr += piece.toString();
    onLine(piece.toString(), child);
  });
  return new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, ...text })));
}

/** Processes that know this test's temporary folder: what a rehearsal has started carries it in its environment. */
async function processesLeft(): Promise<string[]> {
  const left: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(`TMPDIR=${temporary}`)) {
      left.push(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => pid));
    }
  }
  return left;
}

describe("npm run rehearse", () => {
  it("lists the samples with their answers on standard output", async () => {
    const ended = await start(["--list"]);

    expect(ended.code).toBe(0);
    for (const sample of samples) {
      for (const part of [`${sample.name}: ${sample.status}\n`, sample.shows, sample.nextStep]) {
        expect(ended.stdout).toContain(part);
      }
    }
  });

  it("ends with 2 on an option that it does not know, naming it", async () => {
    const ended = await start(["--disc", "gen2-dump"]);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("--disc");
    expect(ended.stdout).toBe("");
  });

  it("ends with 1 on a disk that is not there, naming the samples, and leaves nothing", async () => {
    const ended = await start(["--disk", "no-such-disk"]);

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("no-such-disk");
    expect(ended.stderr).toContain("gen2-dump");
    expect(await readdir(temporary)).toEqual([]);
  });

  it("ends with 1 on a truncated VHD, before anything is started", async () => {
    const file = join(temporary, "cut.vhd");
    await writeFile(file, "");
    await truncate(file, 1_000_000);

    const ended = await start(["--disk", file]);

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(file);
    expect(ended.stderr).toMatch(/VHD/);
    expect(await readdir(temporary)).toEqual(["cut.vhd"]);
  });

  it("leaves no process and no file when it is interrupted in the middle of pulumi up", async () => {
    let interrupted = false;
    const ended = await start([], (line, child) => {
      if (!interrupted && line.includes("create  Snapshot")) {
        interrupted = true;
        child.kill("SIGINT");
      }
    });

    expect(interrupted).toBe(true);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("Interrupted");
    expect(await processesLeft()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });
});
