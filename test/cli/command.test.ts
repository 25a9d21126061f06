import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findWindows, type Extent } from "../../disk";
import { expectedOf, openSample, sharedBytes, sampleFile } from "../disk/support/samples";
import { corpusEntries, describeCorpus, unpack } from "../disk/support/corpus";
import { fixtureBytes, knownStreams } from "../disk/support/fixtures";
import { startRangeServer, type RangeServer } from "./support/range-server";
import { runCommand, startCommand } from "./support/run-command";

const gen2 = sampleFile("gen2-dump");
const gen1 = sampleFile("gen1-no-dump");
const noPageFile = sampleFile("no-page-file");
const dataVolume = sampleFile("dump-on-data-volume");
const { dump } = expectedOf("gen2-dump");
const query = "sv=2018-03-28&sr=b&si=policy&sig=do-not-show-me";

let folder: string;
let server: RangeServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "command-test-"));
  server = await startRangeServer(sharedBytes("gen2-dump"), query);
});
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server.ranges.length = 0;
  server.delay = () => Promise.resolve();
});

describe("inspect --json", () => {
  it.each([
    ["gen2-dump", "found"],
    ["gen1-no-dump", "not-found"],
  ])("answers what the recipe of %s says", async (name, dumpStatus) => {
    const expected = expectedOf(name);
    const { code, stdout, stderr } = await runCommand(["inspect", name === "gen2-dump" ? gen2 : gen1, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const answer = JSON.parse(stdout);
    const { autoReboot, ...settings } = expected.crashControl;
    expect(answer).toMatchObject({
      schema: 1,
      source: { kind: "file", size: sharedBytes(name).length },
      disk: { format: "vhd", partitioning: expected.disk.partitioning },
      windows: expected.windows,
      crashControl: { ...settings, autoReboot: autoReboot === 1, pagingFiles: expected.pagingFiles },
      dumpStatus,
    });
    const { path, sha256: _sha256, ...facts } = expected.dump ?? {};
    expect(answer.dumps).toMatchObject(expected.dump ? [{ ...facts, path: `C:${path}` }] : []);
  });

  it("has exactly the fields that it promises", async () => {
    const { stdout } = await runCommand(["inspect", gen2, "--json"]);
    const answer = JSON.parse(stdout);
    const keys = (value: object): string => Object.keys(value).join(",");
    expect(keys(answer)).toBe(
      "schema,source,disk,windows,crashControl,dumps,dumpStatus,reason,searched,nextSteps,reads",
    );
    expect(keys(answer.disk)).toBe("format,size,partitioning,partitions");
    expect(keys(answer.disk.partitions[0])).toBe("number,type,name,offset,length,fileSystem");
    expect(keys(answer.windows)).toBe(
      "partition,systemRoot,computerName,productName,build,controlSet,volumeDirty,hiveDirty",
    );
    expect(keys(answer.crashControl)).toBe(
      "dumpEnabled,dumpFile,minidumpDir,dedicatedDumpFile,autoReboot,pagingFiles,lastCrashTime",
    );
    expect(keys(answer.dumps[0])).toBe(
      "path,kind,size,complete,created,bugCheck,systemTime,build,reason,required,place",
    );
    expect(keys(answer.dumps[0].bugCheck)).toBe("code,name,parameters,status,statusName");
    expect(keys(answer.searched[0])).toBe("path,found,why");
    expect(keys(answer.reads)).toBe("requests,bytes,milliseconds");
  });
});

describe("inspect --evidence", () => {
  it("adds the events of the crash and the files that tell of it, and what they cost", async () => {
    const { code, stdout, stderr } = await runCommand(["inspect", noPageFile, "--json", "--evidence", "--verbose"]);
    const { evidence, events, reads } = JSON.parse(stdout);
    const log = "C:\\Windows\\System32\\winevt\\Logs\\System.evtx";
    expect(code).toBe(0);
    expect(evidence).toContainEqual(expect.objectContaining({ path: log, size: 135_168 }));
    expect(events.map((event: any) => [event.eventId, event.time.slice(11, 19)])).toEqual([
      [6005, "04:50:29"],
      [6008, "04:50:29"],
      [46, "04:50:22"],
      [41, "04:50:21"],
      [46, "04:44:18"],
      [6006, "04:40:31"],
      [1074, "04:40:12"],
      [6005, "03:11:09"],
      [46, "03:11:02"],
    ]);
    expect(events[2]).toEqual({
      log,
      record: 7,
      time: "2026-11-02T04:50:22.0640000Z",
      provider: "volmgr",
      eventId: 46,
      level: 2,
      meaning: "No dump can be written: crash dump initialization failed. There may be no page file.",
      bugCheck: null,
      dumpPath: null,
      data: [{ name: null, value: "\\Device\\HarddiskVolume1" }],
    });
    expect(stderr.match(/^read \d+: .*$/gm)).toHaveLength(reads.requests);
  });

  it("says so where there is no Windows", async () => {
    const image = join(folder, "data.ntfs");
    writeFileSync(image, fixtureBytes("features"));
    const { stdout } = await runCommand(["inspect", image, "--json", "--evidence"]);
    expect(JSON.parse(stdout)).toMatchObject({ dumpStatus: "no-windows-volume", evidence: null, events: null });
  });
});

describe("inspect of an address", () => {
  it("reads a few ranges, tells each, and shows no signature", async () => {
    const { code, stdout, stderr } = await runCommand(["inspect", server.url, "--json", "--verbose"]);
    const { source, reads, dumpStatus } = JSON.parse(stdout);
    expect({ code, kind: source.kind, dumpStatus }).toEqual({ code: 0, kind: "url", dumpStatus: "found" });
    expect(reads.requests).toBe(server.ranges.length);
    expect(server.ranges.length).toBeLessThanOrEqual(20);
    expect(stderr.match(/^read \d+: .*$/gm)).toHaveLength(reads.requests);
    expect(stdout + stderr).not.toContain("do-not-show-me");
  });

  it("shows no signature in the list of processes", async () => {
    server.delay = () => new Promise((resolve) => setTimeout(resolve, 50));
    const command = startCommand(["inspect", server.url, "--verbose"]);
    await command.says("read 2");
    const listed = execFileSync("ps", ["-ww", "-o", "args=", "-p", String(command.pid)], { encoding: "utf8" });
    command.kill("SIGINT");
    await command.ended;
    expect(listed).toContain("azure-repair-kit");
    expect(listed).not.toContain("do-not-show-me");
  });

  it("shows no signature in errors", async () => {
    const { code, stdout, stderr } = await runCommand(["inspect", server.url.replace(/:\d+/, ":1")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("Cannot read http://127.0.0.1:1/disk.vhd");
    expect(stderr).not.toContain("do-not-show-me");
  }, 20_000);
});

describe("exit codes", () => {
  it.each([
    [2, []],
    [2, ["inspect"]],
    [2, ["inspect", "a", "--unknown"]],
    [2, ["unknown"]],
    [2, ["ls", "a", "--partition", "none"]],
    [2, ["inspect", "/subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/virtualMachines/c"]],
    [1, ["inspect", "/does/not/exist"]],
    [1, ["ls", __filename]],
    [0, ["--help"]],
  ])("%i for %j", async (wanted, args) => {
    const { code, stderr } = await runCommand(args);
    expect({ code, stderr }).toEqual({ code: wanted, stderr: expect.not.stringContaining("internal error") });
  });
});

it("fails when its result cannot be written, and says why", async () => {
  const unwritable = openSync(__filename, "r");
  const { code, stderr } = await startCommand(["ls", gen2], {}, unwritable).ended;
  closeSync(unwritable);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^cannot write .*: EBADF: [^\n]*\n$/) });
});

describe("extract into a folder", () => {
  it("copies the dump, sparse and by hash, and leaves nothing else", async () => {
    const to = join(folder, "plain");
    const { code, stdout, stderr } = await runCommand(["extract", gen2, "--to", to, "--verbose"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${dump.sha256}  ${to}/MEMORY.DMP\n` });
    expect(stderr).toMatch(/^read \d+: .*: C:\\Windows\\MEMORY\.DMP$/m);
    expect(stderr).toMatch(/^C:\\Windows\\MEMORY\.DMP: 3\.0 MiB in \d+ pieces: 64\.0 KiB at /m);
    expect(sha256(readFileSync(join(to, "MEMORY.DMP")))).toBe(dump.sha256);
    expect(readdirSync(to)).toEqual(["MEMORY.DMP"]);
  });

  it("copies a dump from another volume of the disk, by the letter that Windows gave it", async () => {
    const { dump: onData } = expectedOf("dump-on-data-volume");
    for (const what of [[], ["e:\\dumps\\memory.dmp"]]) {
      const to = mkdtempSync(join(folder, "other-"));
      const { code, stdout } = await runCommand(["extract", dataVolume, ...what, "--to", to]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${onData.sha256}  ${to}/MEMORY.DMP\n` });
    }
  });

  it("does not replace a file unless it is told to", async () => {
    const to = join(folder, "there");
    await runCommand(["extract", gen2, "--to", to]);
    writeFileSync(join(to, "MEMORY.DMP"), "mine");
    const { code, stderr } = await runCommand(["extract", gen2, "--to", to]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("is there already") });
    expect(readFileSync(join(to, "MEMORY.DMP"), "utf8")).toBe("mine");
    expect((await runCommand(["extract", gen2, "--to", to, "--overwrite"])).code).toBe(0);
    expect(statSync(join(to, "MEMORY.DMP")).size).toBe(dump.size);
  });

  it.each(["left alone", "damaged"])("goes on after kill -9 with what is there, %s meanwhile", async (fate) => {
    const to = join(folder, `killed-${fate}`);
    const partial = join(to, "MEMORY.DMP.partial");
    const { first, rest } = await piecesOfDump();
    // The first piece comes late enough after the copy began to be noted, what is behind it never.
    let late: Promise<void> | undefined;
    server.delay = (start) => {
      if (rest.some(contains(start))) return new Promise(() => undefined);
      if (!first.slice(1).some(contains(start))) return Promise.resolve();
      return (late ??= new Promise((resolve) => setTimeout(resolve, 2100)));
    };
    const command = startCommand(["extract", server.url, "--to", to]);
    while (!existsSync(`${partial}.json`)) await new Promise((resolve) => setTimeout(resolve, 10));
    command.kill("SIGKILL");
    await command.ended;
    expect(readdirSync(to).sort()).toEqual(["MEMORY.DMP.partial", "MEMORY.DMP.partial.json"]);

    if (fate === "damaged") flipByte(partial, 1_000_000);
    server.delay = () => Promise.resolve();
    server.ranges.length = 0;
    const { code, stdout, stderr } = await runCommand(["extract", server.url, "--to", to]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${dump.sha256}  ${to}/MEMORY.DMP\n` });
    expect(stderr).toContain("going on where an earlier copy stopped");
    expect(readdirSync(to)).toEqual(["MEMORY.DMP"]);
    const again = server.ranges.filter(({ start }) => first.some(contains(start)));
    const read = again.reduce((sum, { length }) => sum + length, 0);
    // The header is read to find the dump; the piece only when it was damaged.
    if (fate === "damaged") expect(read).toBeGreaterThanOrEqual(1024 * 1024);
    else expect(read).toBeLessThanOrEqual(192 * 1024);
  });

  it("takes every file of a volume as it was written", async () => {
    const image = join(folder, "features.ntfs");
    writeFileSync(image, fixtureBytes("features"));
    const wanted = knownStreams("features")
      .filter(([, stream]) => stream === "")
      .slice(-40);
    const { code, stdout } = await runCommand(["hash", image, ...wanted.map(([path]) => path)]);
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(0, 16));
    expect(lines).toEqual(wanted.map(([, , , digest]) => digest));
  });
});

describe("ls", () => {
  it("lists a folder, and names what is not there", async () => {
    const { stdout } = await runCommand(["ls", gen2, "C:\\Windows\\System32\\config"]);
    expect(stdout.split("\n").map((line) => line.split(" ").at(-1))).toEqual(
      expect.arrayContaining(["SOFTWARE", "SYSTEM", "SYSTEM.LOG1"]),
    );
    const { code, stderr } = await runCommand(["ls", gen2, "C:\\Nowhere"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("C:\\Nowhere is not in the index") });
  });
});

/** Where the first MiB of the dump lie on the disk, and where the rest. */
async function piecesOfDump(): Promise<{ first: Extent[]; rest: Extent[] }> {
  const windows = await findWindows(await openSample("gen2-dump"));
  const extents = await (await windows!.volume.find(dump.path))!.extents();
  const onDisk = extents!.map((extent) => ({ ...extent, at: extent.at! + windows!.partition.offset }));
  const isFirst = ({ offset }: Extent): boolean => offset < 1024 * 1024;
  return { first: onDisk.filter(isFirst), rest: onDisk.filter((extent) => !isFirst(extent)) };
}

function contains(start: number): (extent: Extent) => boolean {
  return ({ at, length }) => at! <= start && start < at! + length;
}

function flipByte(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset]! ^= 0xff;
  writeFileSync(file, bytes);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describeCorpus(
  "disks of the corpus",
  [
    ...corpusEntries("bitlocker"),
    ...corpusEntries("vhd"),
    ...corpusEntries("ntfs").filter((one) => one.size < 2 ** 26),
  ],
  (entry) => {
    it(`${entry.id} is answered or refused by name, its files as its index says`, async () => {
      const image = join(folder, entry.id);
      writeFileSync(image, unpack(entry.file));
      const { code, stdout, stderr } = await runCommand(["inspect", image, "--json"]);
      const files: { path: string; sha256: string }[] = entry.facts.files ?? [];
      const hashes = files.length > 0 ? await runCommand(["hash", image, ...files.map(({ path }) => path)]) : null;
      rmSync(image);
      expect(hashes?.stdout ?? "").toBe(files.map((file) => `${file.sha256}  ${file.path}\n`).join(""));
      expect(stderr).not.toContain("internal error");
      const answer = code === 0 ? JSON.parse(stdout).dumpStatus : stderr;
      expect(answer).toMatch(wantedOf(entry.kind, entry.id));
    });
  },
);

function wantedOf(kind: string, id: string): RegExp {
  if (kind === "bitlocker") return /^encrypted$/;
  if (kind === "ntfs") return /^no-windows-volume$/;
  return id.includes("differential") ? /This is a differencing VHD/ : /This is a dynamic VHD/;
}
