import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findWindows, type ByteSource } from "../../../disk";
import type { Guest } from "../../../rehearsal/guest";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { sha256 } from "../../disk/support/hash";
import { openSample, sampleBytes } from "../../disk/support/samples";
import { machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { startStore, type Store } from "./support/store";

jest.setTimeout(60_000);

const PREFIX = "/account/dumps/vm1/run%201/";

let [folder, store] = ["", null! as Store];
let shared: SharedPowershell | null = null;
let guests: Readonly<Record<"model" | "powershell", Guest>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-evidence-"));
  store = await startStore(folder);
  if (POWERSHELL !== null) shared = new SharedPowershell(POWERSHELL);
  const options = { workFolder: folder, mounts: new Mounts(), secondsFactor: 0.001 };
  guests = {
    model: await startGuest({ ...options, powershell: null }),
    powershell: await startGuest({ ...options, powershell: POWERSHELL, ...(shared ? { shared } : {}) }),
  };
});
beforeEach(() => store.clear());
afterAll(async () => {
  await shared?.stop();
  await Promise.all([guests.model.stop(), guests.powershell.stop(), store.stop()]);
  await rm(folder, { recursive: true });
});

interface ManifestFile {
  readonly path: string;
  readonly blob: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly kind: string;
  readonly why: string | null;
}

interface Collected {
  readonly answer: any;
  /** What is in the store but the manifest, by its path below the prefix. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Without its time; null when there is none. */
  readonly manifest: any;
}

async function collectSample(where: "model" | "powershell", name: string, wanted: string): Promise<Collected> {
  const machine = machineWith(sampleBytes(name).subarray(0, -512), { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(guests.model, machine));
  const result = await collect(guests[where], machine, store.containerUrl, windowsRoot, { Collect: wanted });
  const blobs = new Map([...store.blobs].map(([path, { bytes }]) => [path.slice(PREFIX.length), bytes]));
  store.blobs.clear();
  const written = blobs.get("manifest.json");
  blobs.delete("manifest.json");
  const manifest = written ? JSON.parse(written.toString()) : null;
  if (manifest) {
    expect(manifest.time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    delete manifest.time;
  }
  return { answer: answerOf(result), blobs, manifest };
}

function hashed({ answer, blobs, manifest }: Collected): object {
  return { answer, manifest, blobs: [...blobs].map(([path, bytes]) => [path, sha256(bytes)]) };
}

/** A file of the sample, read by the disk library alone. */
async function fileOf(name: string, path: string): Promise<Buffer> {
  const image = await openSample(name);
  const windows = await findWindows(image);
  const file = await windows!.volume.find(path.slice(2));
  const source: ByteSource = await file!.open();
  return Buffer.from(await source.read(0, source.size));
}

it("all that was asked for is in the store, byte for byte, and the manifest tells of each file", async () => {
  const { answer, blobs, manifest } = await collectSample("model", "minidumps-only", "dump,minidumps,evidence");

  const files: ManifestFile[] = manifest.files;
  const taken = files.filter(({ blob }) => blob !== null);
  for (const { path, blob, size, sha256: hash } of taken) {
    const bytes = blobs.get(new URL(blob!).pathname.slice(PREFIX.length))!;
    expect(bytes.equals(await fileOf("minidumps-only", path))).toBe(true);
    expect([size, hash]).toEqual([bytes.length, sha256(bytes)]);
  }
  expect(taken.map(({ path, kind }) => [path, kind])).toEqual([
    ["F:\\Windows\\Minidump\\110226-5515-01.dmp", "dump"],
    ["F:\\Windows\\Minidump\\110126-6093-01.dmp", "minidump"],
    ["F:\\Windows\\System32\\config\\SOFTWARE", "registry"],
    ["F:\\Windows\\System32\\config\\SYSTEM", "registry"],
    ["F:\\Windows\\System32\\config\\SYSTEM.LOG1", "registry"],
    ["F:\\Windows\\System32\\config\\SYSTEM.LOG2", "registry"],
  ]);
  const absent = files.filter(({ blob }) => blob === null);
  expect(absent.map(({ path }) => path)).toContain("F:\\Windows\\WinSxS\\pending.xml");
  expect(new Set(absent.map(({ why }) => why))).toEqual(new Set(["not there"]));
  expect([...blobs.keys()].sort()).toEqual([
    "110226-5515-01.dmp",
    "evidence/System32/config/SOFTWARE",
    "evidence/System32/config/SYSTEM",
    "evidence/System32/config/SYSTEM.LOG1",
    "evidence/System32/config/SYSTEM.LOG2",
    "minidumps/110126-6093-01.dmp",
  ]);
  expect(manifest).toMatchObject({ schema: 1, windowsRoot: "F:\\Windows", snapshotId: expect.stringMatching(/snap$/) });
  expect(answer).toMatchObject({ status: "collected", collectedFiles: taken.length });
  expect(answer.manifestBlobUrl).toBe(`${new URL(store.containerUrl).origin}${PREFIX}manifest.json`);
});

it("evidence is collected also where there is no dump", async () => {
  const { answer, blobs, manifest } = await collectSample("model", "gen1-no-dump", "dump, Evidence");

  expect(answer.status).toBe("not-found");
  expect(answer.dumpBlobUrl).toBeNull();
  expect(answer.collectedFiles).toBe(blobs.size);
  expect([...blobs.keys()]).toContain("evidence/System32/config/SYSTEM");
  expect(manifest.files).toHaveLength(12);
});

it("a dump that was not asked for stays where it is, and that is told", async () => {
  const { answer, blobs } = await collectSample("model", "gen2-dump", "evidence");

  expect(answer).toMatchObject({
    status: "found",
    dumpPath: "F:\\Windows\\MEMORY.DMP",
    dumpBlobUrl: null,
    bugCheck: { code: "0xC000021A" },
    reason: expect.stringContaining("was not asked for"),
    nextSteps: [expect.stringContaining("add dump to what is collected")],
  });
  expect([...blobs.keys()].sort()).toEqual([
    "evidence/Logs/CBS/CBS.log",
    "evidence/Panther/setupact.log",
    "evidence/System32/config/SOFTWARE",
    "evidence/System32/config/SYSTEM",
    "evidence/System32/config/SYSTEM.LOG1",
    "evidence/System32/config/SYSTEM.LOG2",
  ]);
});

it("nothing is written to the store where there is no dump and nothing else was asked for", async () => {
  const { answer, blobs } = await collectSample("model", "gen1-no-dump", "dump");

  expect(answer).toMatchObject({ status: "not-found", manifestBlobUrl: null, collectedFiles: 0 });
  expect(blobs.size).toBe(0);
});

describe("names that somebody else chose", () => {
  const name = `x$(throw 'run')\`"'; exit 3 #\u202e\u001b[2J`;
  const parameters = {
    BlobPrefix: `../../${name}/.`,
    SourceVmId: `/subscriptions/s/resourceGroups/${name}/providers/Microsoft.Compute/virtualMachines/${name}`,
    SnapshotId: `snapshot\r\nx-ms-blob-type: PageBlob\r\n${name}`,
  };

  async function collectWith(where: "model" | "powershell", disk: string): Promise<object> {
    const machine = machineWith(sampleBytes(disk).subarray(0, -512), { caFile: store.caFile });
    const { windowsRoot } = answerOf(await mount(guests.model, machine));
    const result = await collect(guests[where], machine, store.containerUrl, windowsRoot, parameters);
    const blobs = [...store.blobs].map(([path, { headers }]) => [
      path,
      headers["x-ms-meta-sourcevm"],
      headers["x-ms-meta-snapshot"],
      headers["x-ms-blob-type"],
    ]);
    store.blobs.clear();
    return { line: lastLine(result), exitCode: result.exitCode, blobs };
  }

  it("run nothing, stay in the container and in their header, and make a line of plain JSON", async () => {
    const found: any = await collectWith("model", "gen2-dump");
    const absent: any = await collectWith("model", "gen1-no-dump");

    for (const { line, exitCode } of [found, absent]) {
      expect(exitCode).toBe(0);
      expect(line).toMatch(/^[ -~]*$/);
    }
    expect(absent.line).not.toContain("exit 3");
    expect(absent.line).toContain("--resource-group GROUP --name VM");
    expect(found.blobs.length).toBeGreaterThan(0);
    for (const [path, vm, snapshot, type] of found.blobs) {
      expect(path).toMatch(/^\/account\/dumps\/x[^/]*\/[A-Za-z.]+$/);
      expect(vm).toMatch(/^[ -~]*$/);
      expect(snapshot).toMatch(/^snapshot%0D%0Ax-ms-blob-type/);
      expect(type).toBeUndefined();
    }
  });

  itInPowershell.each(["gen2-dump", "gen1-no-dump"])(
    "do in PowerShell what they do in the model (%s)",
    async (disk) => {
      expect(await collectWith("powershell", disk)).toEqual(await collectWith("model", disk));
    },
  );
});

it("a store that refuses the evidence does not take the dump back", async () => {
  store.refuse = ({ path }) => (path.includes("/evidence/") ? { status: 409, code: "BlobImmutableDueToPolicy" } : null);

  const { answer } = await collectSample("model", "gen2-dump", "dump,evidence");

  expect(answer).toMatchObject({
    status: "collected",
    dumpBlobUrl: expect.stringMatching(/MEMORY\.DMP$/),
    manifestBlobUrl: null,
    collectedFiles: 1,
    reason: "The store refused the upload: 409 BlobImmutableDueToPolicy.",
    nextSteps: [expect.stringContaining("may be written to")],
  });
});

it.each(["model", "powershell"] as const)(
  "a word that is none is refused before anything is done (%s)",
  async (where) => {
    if (where === "powershell" && POWERSHELL === null) return;
    const machine = machineWith(null, { caFile: store.caFile });

    const result = await collect(guests[where], machine, store.containerUrl, "F:\\Windows", { Collect: "dump,memory" });

    expect(result.exitCode).toBe(1);
    expect(result.output).toContain(
      'Collect must be a list of dump, minidumps, evidence, separated by commas, got "dump,memory"',
    );
  },
);

describe.each([
  ["minidumps-only", "dump,minidumps,evidence"],
  ["names-in-other-scripts", "minidumps"],
  ["gen1-no-dump", "evidence"],
  ["gen2-dump", "dump,evidence"],
])("sample %s, %s", (name, wanted) => {
  itInPowershell("is collected by the script as by the model: answer, blobs and manifest", async () => {
    const modelled = hashed(await collectSample("model", name, wanted));

    expect(hashed(await collectSample("powershell", name, wanted))).toEqual(modelled);
  });
});
