import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Guest, GuestResult } from "../../../rehearsal/guest";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { fixture, PARTITION, patch, setDword, setText } from "./support/disk";
import { LUN, machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { startStore, type Store } from "./support/store";

const SYSTEM_HIVE = "F:\\Windows\\System32\\config\\SYSTEM";
const DUMP = "F:\\Windows\\MEMORY.DMP";

interface Case {
  readonly name: string;
  readonly disk: () => Buffer | Promise<Buffer>;
  /** What the answer of the mount must hold. */
  readonly mounted: object;
  /** What the answer of the collection must hold. */
  readonly collected: object;
}

const found = { status: "collected", dumpPath: DUMP, dumpKind: "bitmap-kernel", reason: null, nextSteps: [] };
const mountedAtF = { status: "mounted", driveLetter: "F", windowsRoot: "F:\\Windows" };
const withoutDump = (): Buffer => patch(fixture("dump"), "PAGEDU64", 0, "NOTADUMP");

const CASES: readonly Case[] = [
  {
    name: "a dump at the usual place",
    disk: () => fixture("dump"),
    mounted: {
      ...mountedAtF,
      disk: {
        number: 2,
        lun: LUN,
        busType: "SAS",
        partitionStyle: "GPT",
        wasOffline: true,
        offlineReason: "Policy",
        readOnly: true,
      },
      volumes: [{ driveLetter: "F", label: "Windows", fileSystem: "NTFS", windows: true }],
    },
    collected: {
      ...found,
      dumpSize: 17 * 1024 ** 2,
      bugCheck: {
        code: "0xC000021A",
        name: "WINLOGON_FATAL_ERROR",
        parameters: ["0xFFFFC00112345678", "0xFFFFFFFFC0000428", "0x0", "0x0"],
        status: "0xC0000428",
        statusName: "STATUS_INVALID_IMAGE_HASH",
      },
      dumpRequired: 17 * 1024 ** 2,
      dumpComplete: true,
      systemTime: "2025-11-26T08:00:00.1234567Z",
      build: 20348,
      crashControl: {
        dumpEnabled: 7,
        dumpFile: "%SystemRoot%\\MEMORY.DMP",
        minidumpDir: "%SystemRoot%\\Minidump",
        autoReboot: true,
        controlSet: "ControlSet002",
        dedicatedDumpFile: null,
        lastCrashTime: null,
      },
      searched: [
        { path: SYSTEM_HIVE, found: true, why: "registry read: ControlSet002" },
        { path: DUMP, found: true, why: "named by CrashControl\\DumpFile: bitmap-kernel, 0xC000021A, taken" },
        { path: "F:\\", found: false, why: "a dump that was not renamed yet: no file DUMP*.tmp there" },
        { path: "F:\\Windows", found: false, why: "a dump that was not renamed yet: no file DUMP*.tmp there" },
        { path: "F:\\Windows\\Minidump", found: false, why: "a small dump: no file *.dmp there" },
        {
          path: "F:\\pagefile.sys",
          found: true,
          why: "the page file, where a dump is until the next start: holds no dump",
        },
        { path: "F:\\Windows\\LiveKernelReports", found: false, why: "dumps of a running system: none there" },
        {
          path: "F:\\ProgramData\\Microsoft\\Windows\\WER",
          found: false,
          why: "dumps of single programs: none there of a process whose end stops Windows",
        },
      ],
    },
  },
  {
    name: "no dump, and dumps turned off",
    disk: () => setDword(withoutDump(), "CrashDumpEnabled", 0),
    mounted: mountedAtF,
    collected: {
      status: "not-found",
      dumpPath: null,
      dumpBlobUrl: null,
      crashControl: { dumpEnabled: 0 },
      reason: "Crash dumps are turned off in the broken Windows (CrashDumpEnabled is 0).",
      nextSteps: [
        expect.stringContaining("Turn dumps on in the broken Windows"),
        expect.stringContaining("set enableDumpOnCopy to true"),
      ],
    },
  },
  {
    name: "a file that is no dump where the dump should be",
    disk: withoutDump,
    mounted: mountedAtF,
    collected: {
      status: "not-found",
      reason: expect.stringContaining(`A file is where the dump should be (${DUMP}), but it is no dump`),
    },
  },
  {
    name: "no dump, and nothing that explains it",
    disk: () => rename(fixture("dump"), "MEMORY.DMP", "MEMORZ.DMP"),
    mounted: mountedAtF,
    collected: {
      status: "not-found",
      reason: expect.stringContaining("it may never have crashed"),
      nextSteps: [
        expect.stringContaining("send nmi --resource-group größe --name vm1."),
        expect.stringContaining("AutoReboot is on"),
      ],
    },
  },
  {
    name: "a dump still in the page file, which is too small for it",
    disk: () => patch(withoutDump(), "IDLEPAGE", 0, "PAGEDU64"),
    mounted: mountedAtF,
    collected: {
      status: "not-found",
      reason: expect.stringMatching(
        /^The dump is still in the page file \(F:\\pagefile.sys\).* it needs 17825792 bytes, and the file has 8192: it is not all there\.$/,
      ),
      dumpKind: "bitmap-kernel",
      bugCheck: { code: "0x7E", status: null, statusName: null },
      nextSteps: [
        expect.stringContaining("Move the page file"),
        expect.stringContaining("send nmi"),
        expect.stringContaining("AutoReboot"),
      ],
    },
  },
  {
    name: "a DumpFile on the temporary disk",
    disk: () => setText(withoutDump(), "%SystemRoot%\\MEMORY.DMP", "D:\\MEMORY.DMP"),
    mounted: mountedAtF,
    collected: {
      status: "not-found",
      reason: expect.stringContaining("The dump is written to D:\\MEMORY.DMP, which is not on this disk"),
      searched: expect.arrayContaining([
        { path: "D:\\MEMORY.DMP", found: false, why: expect.stringContaining("on drive D: of the broken VM") },
        { path: DUMP, found: true, why: "the default place: no dump, it begins with other bytes" },
      ]),
    },
  },
  {
    name: "a page file on the temporary disk",
    disk: () => setText(withoutDump(), "C:\\pagefile.sys 0 0", "D:\\pagefile.sys 0 0"),
    mounted: mountedAtF,
    collected: {
      status: "not-found",
      reason: expect.stringContaining("is only on D:\\pagefile.sys, not on this disk"),
    },
  },
  {
    name: "a registry that cannot be read",
    disk: () => patch(fixture("dump"), "regf", 0, "lost"),
    mounted: mountedAtF,
    collected: {
      ...found,
      crashControl: null,
      searched: expect.arrayContaining([
        { path: SYSTEM_HIVE, found: false, why: expect.stringContaining("the default places were searched") },
      ]),
    },
  },
  {
    name: "names of files in any script",
    disk: () => fixture("names"),
    mounted: mountedAtF,
    collected: { status: "collected", dumpPath: expect.stringContaining("длинное имя"), dumpKind: "minidump" },
  },
  {
    name: "a BitLocker volume",
    disk: () => {
      const disk = fixture("dump");
      disk.write("-FVE-FS-", PARTITION + 3, "latin1");
      return disk;
    },
    mounted: {
      status: "encrypted",
      driveLetter: "F",
      windowsRoot: null,
      nextSteps: [
        expect.stringContaining("recovery key"),
        expect.stringContaining("manage-bde -unlock F: -RecoveryPassword KEY"),
        expect.stringContaining("manage-bde -unlock F: -RecoveryKey FILE.BEK"),
      ],
    },
    collected: { status: "not-mounted", reason: expect.stringContaining("nothing was searched"), searched: [] },
  },
  {
    name: "a Linux disk",
    disk: () => {
      const disk = fixture("names");
      disk[446 + 4] = 0x83;
      return disk;
    },
    mounted: { status: "unsupported", reason: expect.stringContaining("a Linux"), windowsRoot: null },
    collected: { status: "not-mounted" },
  },
  {
    name: "a disk without Windows",
    disk: () => rename(fixture("dump"), "SYSTEM", "SYSTEX"),
    mounted: {
      status: "no-windows-volume",
      driveLetter: null,
      reason: expect.stringContaining("No volume of the disk holds"),
    },
    collected: { status: "not-mounted" },
  },
  {
    name: "an empty disk",
    disk: () => Buffer.alloc(PARTITION),
    mounted: { status: "no-windows-volume", reason: "The disk has no partition table." },
    collected: { status: "not-mounted" },
  },
];

/** Gives a file another name of the same length that sorts to the same place. Paths in the hive stay. */
function rename(disk: Buffer, old: string, name: string): Buffer {
  const [from, to] = [Buffer.from(old, "utf16le"), Buffer.from(name, "utf16le")];
  for (let at = disk.indexOf(from); at >= 0; at = disk.indexOf(from, at + 1)) {
    if (disk.readUInt16LE(at - 2) !== "\\".charCodeAt(0)) to.copy(disk, at);
  }
  return disk;
}

let [folder, store] = ["", null! as Store];
/** One PowerShell for all cases, since starting it takes longer than a script runs. */
let shared: SharedPowershell | undefined;
let guests: Readonly<Record<"model" | "mounting" | "collecting", Guest>>;

/** Answers by case. Scripts run one after another, while the tests go on. */
let answers: ReadonlyMap<string, CaseAnswers>;

jest.setTimeout(120_000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-outcomes-"));
  store = await startStore(folder);
  const [workFolder, mounts] = [folder, new Mounts()];
  shared = POWERSHELL === null ? undefined : new SharedPowershell(POWERSHELL);
  guests = {
    model: await startGuest({ workFolder, powershell: null, mounts }),
    mounting: await startGuest({ workFolder, powershell: POWERSHELL, shared }),
    // What the model has mounted, so that a collection needs no run of the other script before it.
    collecting: await startGuest({ workFolder, powershell: POWERSHELL, mounts, shared }),
  };
  answers = startAll(CASES);
});

afterAll(async () => {
  await shared?.stop();
  await Promise.all([...Object.values(guests).map((guest) => guest.stop()), store.stop()]);
  await rm(folder, { recursive: true });
});

interface CaseAnswers {
  readonly model: Promise<Answers>;
  /** Null where there is no PowerShell. */
  readonly script: Promise<Answers> | null;
}

interface Answers {
  /** Last lines. */
  readonly mount: string;
  readonly collection: string;
  readonly results: readonly GuestResult[];
  readonly diskChanged: boolean;
}

function startAll(cases: readonly Case[]): ReadonlyMap<string, CaseAnswers> {
  // A container for each: several runs that write to one blob at a time are in each other's way.
  const started = cases.map((one, number) => {
    const bytes = Promise.resolve(one.disk());
    const machine = bytes.then((disk) => machineWith(disk, { caFile: store.caFile }));
    const run = async (mounting: Guest, collecting: Guest): Promise<Answers> => {
      const before = sha256(await bytes);
      const mountResult = await mount(mounting, await machine);
      const windowsRoot: string = answerOf(mountResult).windowsRoot ?? "";
      const collectResult = await collect(collecting, await machine, `${store.containerUrl}-${number}`, windowsRoot);
      answerOf(collectResult);
      const results = [mountResult, collectResult];
      const diskChanged = sha256(await bytes) !== before;
      return { mount: lastLine(mountResult), collection: lastLine(collectResult), results, diskChanged };
    };
    const model = run(guests.model, guests.model);
    model.catch(() => undefined);
    if (POWERSHELL === null) return [one.name, { model, script: null }] as const;
    const script = model.then(() => run(mountingOf(one), collectingOf(one)));
    // Handled here, so that a failure is not reported before the test that awaits it has begun.
    script.catch(() => undefined);
    return [one.name, { model, script }] as const;
  });
  return new Map<string, CaseAnswers>(started);
}

/** Where a disk mounts as the first one does, that is left to the model. */
function mountingOf({ mounted }: Case): Guest {
  return mounted === mountedAtF ? guests.model : guests.mounting;
}

/** Where nothing was mounted, a collection is the same on every disk: it runs for one. */
function collectingOf({ name, collected }: Case): Guest {
  return "status" in collected && collected.status === "not-mounted" && name !== "a BitLocker volume"
    ? guests.model
    : guests.collecting;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe.each(CASES)("$name", (one) => {
  it("is answered right by the model, and nothing is written to the disk", async () => {
    const modelled = await answers.get(one.name)!.model;

    expect(JSON.parse(modelled.mount)).toMatchObject(one.mounted);
    expect(JSON.parse(modelled.collection)).toMatchObject(one.collected);
    expect(modelled.results.map((result) => [result.ranIn, result.output.split("\n")[0]])).toEqual([
      ["model", expect.stringContaining("the kit's model of mount-os-disk.ps1")],
      ["model", expect.stringContaining("the kit's model of collect-dump.ps1")],
    ]);
    expect(modelled.diskChanged).toBe(false);
  });

  itInPowershell("is answered by the scripts with the very lines of the model", async () => {
    const script = (await answers.get(one.name)!.script)!;

    const modelled = await answers.get(one.name)!.model;

    expect(script.results.map((result) => result.ranIn)).toContain("powershell");
    expect(withoutState(script.mount)).toEqual(withoutState(modelled.mount));
    expect(script.collection).toBe(modelled.collection);
    expect(script.diskChanged).toBe(false);
  });
});

/** Mounted a second time, the disk was not offline before. */
function withoutState(line: string): any {
  const answer = JSON.parse(line);
  if (answer.disk) Object.assign(answer.disk, { wasOffline: null, offlineReason: null });
  return answer;
}

it("keeps every answer within 3,500 bytes of ASCII, also with names of great length", async () => {
  const { collection } = await answers.get("names of files in any script")!.model;

  expect(collection.length).toBeLessThanOrEqual(3500);
  expect(collection).toMatch(/^[ -~]*$/);
  expect(JSON.parse(collection).searchedLeftOut).toBeGreaterThan(0);
});

it("leaves no file of a run behind", async () => {
  for (const { script } of answers.values()) await script?.catch(() => undefined);

  expect((await readdir(folder)).filter((name) => name.startsWith("run-"))).toEqual([]);
});
