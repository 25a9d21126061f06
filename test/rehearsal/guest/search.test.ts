import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Guest } from "../../../rehearsal/guest";
import { COMMANDS, type Command } from "../../../rehearsal/guest/bridge/commands";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { WindowsError } from "../../../rehearsal/guest/windows/errors";
import { HiveEditor } from "../../../rehearsal/guest/windows/hive-editor";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { SimulatedWindows } from "../../../rehearsal/guest/windows/simulated-windows";
import { fixture, patch, setDword, setText } from "./support/disk";
import { machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { startStore, type Store } from "./support/store";

jest.setTimeout(120_000);

// The fixture "places" has its data volume at F: and its Windows at G: on the repair VM; to that Windows they are E: and C:.
const CRASH = 134_065_614_690_000_000n;

let [folder, store] = ["", null! as Store];
let model: Guest;
let shared: SharedPowershell | null = null;
const mounts = new Mounts();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-search-"));
  store = await startStore(folder);
  model = await startGuest({ workFolder: folder, powershell: null, mounts });
  if (POWERSHELL !== null) shared = new SharedPowershell(POWERSHELL);
});
afterAll(async () => {
  await shared?.stop();
  await Promise.all([model.stop(), store.stop()]);
  await rm(folder, { recursive: true });
});

/** Last lines of a collection: of the model, and of the script, where there is a PowerShell. */
async function linesOf(
  disk: Buffer,
  prepare?: (windows: SimulatedWindows) => Promise<void>,
): Promise<{ model: string; script: string | null }> {
  const machine = machineWith(disk, { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(model, machine));
  await prepare?.(await SimulatedWindows.start(machine, mounts));
  const lineOf = async (guest: Guest): Promise<string> => {
    const result = await collect(guest, machine, store.containerUrl, windowsRoot);
    answerOf(result);
    return lastLine(result);
  };
  const modelled = await lineOf(model);
  if (!shared) return { model: modelled, script: null };
  const scripts = await startGuest({ workFolder: folder, powershell: POWERSHELL, mounts, shared });
  return { model: modelled, script: await lineOf(scripts) };
}

/** Makes a dump of the fixture one no more. They are told apart by the text behind their header. */
function without(disk: Buffer, time: bigint): Buffer {
  return patch(disk, `dump of ${time}`, -0x2010, "NOTADUMP");
}

const DAY = 864_000_000_000n;
const HOUR = 36_000_000_000n;
const places = (): Buffer => fixture("places");
const [named, temporary, inPageFile, cutOff] = [CRASH, CRASH - DAY, CRASH - 3n * HOUR, CRASH + DAY];
const small = CRASH - 30n * DAY;

/** Names a page file on E: in the hive. */
function pagesOnE(disk: Buffer): Buffer {
  return setText(
    setText(disk, "?:\\pagefile.sys", "E:\\pagefile.sys"),
    "\\??\\C:\\pagefile.sys",
    "\\??\\E:\\pagefile.sys",
  );
}

/** Without any dump, and DumpFile as Windows has it. */
function noDumpByDefault(disk: Buffer): Buffer {
  return setText(
    [named, inPageFile, temporary, small, cutOff].reduce(without, disk),
    "%CrashFolder%\\crash.dmp",
    "%SystemRoot%\\MEMORY.DMP",
  );
}

/** Takes its drive letter from the data volume. */
function closeData(windows: SimulatedWindows): Promise<void> {
  windows.setLetter(2, 2, null);
  return Promise.resolve();
}

/** Adds a value to the hive of the copy, which has no room for it as it is. */
async function nameDedicated(windows: SimulatedWindows, path: string): Promise<void> {
  const file = "G:\\Windows\\System32\\config\\SYSTEM";
  const source = await windows.open(file);
  const hive = new HiveEditor(await source.read(0, source.size));
  hive.set("ControlSet001\\Control\\CrashControl", "DedicatedDumpFile", 1, Buffer.from(`${path}\0`, "utf16le"));
  const { state } = windows.disk(2);
  Object.assign(state, { readOnly: false, volumesWritable: true });
  windows.write(file, hive.finish());
  Object.assign(state, { readOnly: true, volumesWritable: false });
}

/** Each dump is worth less than the one before; so the search is led from one to the next. */
const CASES: readonly {
  name: string;
  disk: () => Buffer;
  /** What is done to the copy once it is mounted. */
  prepare?: (windows: SimulatedWindows) => Promise<void>;
  answer: object;
  searched: readonly (readonly [string, RegExp])[];
}[] = [
  {
    name: "a dump on the data volume, named through variables of the broken Windows and its drive letter",
    disk: places,
    answer: {
      status: "collected",
      dumpPath: "F:\\dumps\\crash.dmp",
      dumpSize: 0x4000,
      dumpRequired: 0x4000,
      dumpComplete: true,
      reason:
        "There is a dump of a later crash, but it is cut off, and this one was taken instead: G:\\Windows\\MEMORY.DMP.",
      nextSteps: [expect.stringContaining("send nmi")],
      crashControl: {
        dumpFile: "%CrashFolder%\\crash.dmp",
        controlSet: "ControlSet001",
        lastCrashTime: "2025-11-02T13:21:09.0000000Z",
      },
      bugCheck: { code: "0xC000021A", status: "0xC0000005", statusName: "STATUS_ACCESS_VIOLATION" },
    },
    searched: [
      [
        "G:\\Windows\\System32\\config\\SYSTEM",
        /^registry read: ControlSet001, because ControlSet003 \(Select\\Current\) is not there$/,
      ],
      ["F:\\dumps\\crash.dmp", /^named by CrashControl\\DumpFile: bitmap-kernel, 0xC000021A, taken$/],
      ["G:\\Windows\\MEMORY.DMP", /left because another one is better; cut off: 65536 of 17825792 bytes are there$/],
      ["G:\\", /no file DUMP\*\.tmp there/],
      ["G:\\Windows", /no file DUMP\*\.tmp there/],
      ["G:\\Windows\\Minidump\\live.dmp", /^a small dump: a live dump, not a crash$/],
      ["G:\\Windows\\Minidump\\program.dmp", /^a small dump: a dump of one program \(user mode\), not of Windows$/],
      [
        "G:\\Windows\\Minidump\\old.dmp",
        /left because another one is better; Windows noted a later crash: 2025-11-02T/,
      ],
      ["G:\\pagefile.sys", /left because another one is better; Windows noted a later crash: 2025-11-02T13:21:09/],
      ["F:\\DUMP1a2b.tmp", /^another volume of this disk: bitmap-kernel, .*left because another one is better/],
      ["F:\\pagefile.sys", /^another volume of this disk: holds no dump$/],
      [
        "G:\\Windows\\LiveKernelReports\\WATCHDOG\\WATCHDOG-20261101-1000.dmp",
        /^dumps of a running system: 2 there, this one the newest; left, for they show no crash$/,
      ],
      [
        "G:\\ProgramData\\Microsoft\\Windows\\WER\\ReportQueue\\AppCrash_csrss.exe_4f\\memory.hdmp",
        /^dumps of single programs: 1 of processes whose end stops Windows, this one the newest; left/,
      ],
    ],
  },
  {
    name: "a dump in the page file, older than the last crash",
    disk: () => without(places(), named),
    answer: {
      status: "collected",
      dumpPath: "G:\\pagefile.sys",
      dumpSize: 0x8000,
      dumpRequired: 0x8000,
      dumpComplete: true,
      dumpBlobUrl: expect.stringMatching(/\/MEMORY-from-pagefile\.DMP$/),
      reason: expect.stringMatching(
        /^The dump was still in the page file \(G:\\pagefile\.sys\): its first 32768 bytes were taken from there\. There is a dump of a later crash.* Windows noted a later crash \(2025-11-02T13:21:09\.0000000Z\), of which there is no dump\.$/,
      ),
    },
    searched: [["F:\\dumps\\crash.dmp", /no dump, it begins with other bytes$/]],
  },
  {
    name: "a dump that was not renamed yet, on another volume",
    disk: () => without(without(places(), named), inPageFile),
    answer: { status: "collected", dumpPath: "F:\\DUMP1a2b.tmp", dumpSize: 0x3000 },
    searched: [["G:\\pagefile.sys", /holds no dump$/]],
  },
  {
    name: "a small dump, which is whole though it requires more than it has",
    disk: () => without(without(without(places(), named), inPageFile), temporary),
    answer: {
      status: "collected",
      dumpPath: "G:\\Windows\\Minidump\\old.dmp",
      dumpKind: "minidump",
      dumpComplete: true,
    },
    searched: [["G:\\Windows\\MEMORY.DMP", /cut off/]],
  },
  {
    name: "nothing but a dump that is cut off",
    disk: () => without(without(without(without(places(), named), inPageFile), temporary), small),
    answer: {
      status: "collected",
      dumpPath: "G:\\Windows\\MEMORY.DMP",
      dumpSize: 0x10000,
      dumpRequired: 17 * 1024 ** 2,
      dumpComplete: false,
      reason:
        "A dump is there, but it is cut off: G:\\Windows\\MEMORY.DMP. Its header can be read, its end is missing.",
      nextSteps: [expect.stringContaining("send nmi")],
    },
    searched: [["G:\\Windows\\MEMORY.DMP", /^the default place: bitmap-kernel, 0xC000021A, taken; cut off: 65536 of/]],
  },
  {
    name: "no dump, though Windows noted a crash, and a page file that is on another volume of this disk",
    disk: () => [named, inPageFile, temporary, small, cutOff].reduce(without, pagesOnE(places())),
    answer: {
      status: "not-found",
      bugCheck: null,
      dumpComplete: null,
      reason: expect.stringMatching(
        /^A file is where the dump should be \(F:\\dumps\\crash\.dmp\).* The page file is on E:\\pagefile\.sys, not on the volume with Windows/,
      ),
    },
    searched: [["F:\\pagefile.sys", /^the page file, .*holds no dump$/]],
  },
  {
    name: "a drive letter of another disk",
    disk: () => setText(places(), "%DataDrive%\\dumps", "D:\\nowhere\\at\\all"),
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys" },
    searched: [["D:\\nowhere\\at\\all\\crash.dmp", /on drive D: of the broken VM, which is not on this disk$/]],
  },
  {
    name: "a dump and page files on drives of other disks, whose letters volumes of the copy have on the repair VM",
    disk: () => {
      const dumpOnF = setText(places(), "%CrashFolder%\\crash.dmp", "F:\\DUMP1a2b.tmp");
      const pagesOnG = setText(dumpOnF, "?:\\pagefile.sys", "G:\\pagefile.sys");
      return setText(pagesOnG, "\\??\\C:\\pagefile.sys", "\\??\\G:\\pagefile.sys");
    },
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys" },
    searched: [["F:\\DUMP1a2b.tmp", /^another volume of this disk: .*left because another one is better/]],
  },
  {
    name: "a dump on a drive of another disk, by the path that the default place has on the repair VM",
    disk: () => setText(places(), "%CrashFolder%\\crash.dmp", "G:\\Windows\\MEMORY.DMP"),
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys" },
    searched: [["G:\\Windows\\MEMORY.DMP", /^the default place: .*cut off/]],
  },
  {
    name: "a dedicated dump file on a volume of this disk without a drive letter",
    disk: () => noDumpByDefault(places()),
    prepare: async (windows) => {
      await nameDedicated(windows, "E:\\dedicated.sys");
      await closeData(windows);
    },
    answer: {
      status: "not-found",
      reason: "The dump is written to E:\\dedicated.sys, which is on a volume of this disk that is not mounted here.",
      nextSteps: [expect.stringContaining("Give that volume a drive letter")],
    },
    searched: [["E:\\dedicated.sys", /on drive E: .*a volume of this disk that is not mounted here$/]],
  },
  {
    name: "a page file on a volume without a drive letter, by the letter that the volume with Windows has on the repair VM",
    disk: () => {
      const dataOnG = patch(noDumpByDefault(places()), "\\DosDevices\\E:", 0, "\\DosDevices\\G:");
      const pagesOnG = setText(dataOnG, "?:\\pagefile.sys", "G:\\pagefile.sys");
      return setText(pagesOnG, "\\??\\C:\\pagefile.sys", "\\??\\G:\\pagefile.sys");
    },
    prepare: closeData,
    answer: {
      status: "not-found",
      reason: expect.stringContaining("The page file is on G:\\pagefile.sys, not on the volume with Windows"),
    },
    searched: [["G:\\pagefile.sys", /^the page file, .*holds no dump$/]],
  },
];

describe.each(CASES)("$name", ({ disk, prepare, answer, searched }) => {
  let lines: Awaited<ReturnType<typeof linesOf>>;

  it("in the model", async () => {
    lines = await linesOf(disk(), prepare);

    const modelled = JSON.parse(lines.model);
    expect(modelled).toMatchObject(answer);
    const why = new Map<string, string>(modelled.searched.map((line: any) => [line.path, line.why]));
    for (const [path, words] of searched) expect([path, why.get(path)]).toEqual([path, expect.stringMatching(words)]);
    expect(lines.model.length).toBeLessThanOrEqual(3500);
  });

  itInPowershell("in PowerShell, with the very line of the model", () => {
    expect(lines.script).toBe(lines.model);
  });
});

itInPowershell("killed while it uploads, run again, and twice at once, it gives the same answer", async () => {
  const machine = machineWith(places(), { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(model, machine));
  const run = async (guest: Guest): Promise<string> =>
    lastLine(await collect(guest, machine, store.containerUrl, windowsRoot));
  const expected = await run(model);
  store.clear();
  const [killed, ...others] = await Promise.all(
    [1, 2, 3].map(() => startGuest({ workFolder: folder, powershell: POWERSHELL, mounts })),
  );
  const uploading = new Promise<void>((resolve) => {
    store.refuse = () => {
      resolve();
      return { status: 503 };
    };
  });
  const ended = run(killed!);
  await uploading;
  await killed!.stop();
  expect(await ended).not.toBe(expected);
  store.clear();

  expect(await Promise.all(others.map(run))).toEqual([expected, expected]);
});

const failing: Command = () => {
  throw new WindowsError("The device is not ready.");
};

const nothing: Command = () => null;

/** What fsutil.exe says, and its exit code. */
const says =
  (output: string, exitCode = 0): Command =>
  () => ({ output, exitCode });

const withoutDumps = (): Buffer => [named, inPageFile, temporary, small, cutOff].reduce(without, places());

/** Windows commands that do not answer as they should, and what the script makes of it. */
const FAULTS: readonly {
  name: string;
  commands: Readonly<Record<string, Command>>;
  disk?: () => Buffer;
  answer: object;
  searched: readonly (readonly [string, RegExp])[];
}[] = [
  {
    name: "Get-Partition fails: only the volume with Windows is searched",
    commands: { "Get-Partition": failing },
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys" },
    searched: [["E:\\dumps\\crash.dmp", /on drive E: of the broken VM, which is not on this disk$/]],
  },
  {
    name: "Get-Partition and Get-Volume give what they never give",
    commands: { "Get-Partition": () => [{ Surprise: 1 }], "Get-Volume": () => [{ Surprise: 1 }] },
    disk: () => [named, inPageFile, temporary, small, cutOff].reduce(without, places()),
    answer: {
      status: "not-found",
      reason: expect.stringMatching(/^The dump is written to E:\\dumps\\crash\.dmp, which/),
    },
    searched: [],
  },
  {
    name: "reg.exe fails: the default places are searched, and that is said",
    commands: { "reg.exe": says("ERROR: Access is denied.", 1) },
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys", crashControl: null },
    searched: [
      [
        "G:\\Windows\\System32\\config\\SYSTEM",
        /could not be read \(reg\.exe load: ERROR: Access is denied\.\); the default places were searched\.$/,
      ],
      ["G:\\Windows\\MEMORY.DMP", /^the default place/],
    ],
  },
  {
    name: "the keys of the hive cannot be opened",
    commands: { "Get-Key": failing },
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys", crashControl: null },
    searched: [["G:\\Windows\\System32\\config\\SYSTEM", /could not be read \(The device is not ready\.\)/]],
  },
  {
    name: "folders cannot be listed: that is said of each, and files are found by their names",
    commands: { "Get-ChildItem": failing },
    answer: { status: "collected", dumpPath: "F:\\dumps\\crash.dmp" },
    searched: [
      ["G:\\Windows\\Minidump", /^a small dump: could not be read: The device is not ready\.$/],
      ["F:\\", /^another volume of this disk: could not be read: The device is not ready\.$/],
      ["G:\\Windows\\LiveKernelReports", /^dumps of a running system: could not be read: The device is not ready\.$/],
    ],
  },
  {
    name: "folders are listed with nothing in them",
    commands: { "Get-ChildItem": nothing },
    answer: { status: "collected", dumpPath: "F:\\dumps\\crash.dmp" },
    searched: [["G:\\Windows\\Minidump", /no file \*\.dmp there$/]],
  },
  {
    name: "fsutil.exe says that the file system reads the dump in the page file in part only: it is not taken",
    commands: { "fsutil.exe": says("Valid Data Length is 0x2000 (8192)") },
    disk: () => [named, temporary, small, cutOff].reduce(without, places()),
    answer: {
      status: "not-found",
      dumpPath: null,
      bugCheck: { code: "0xC000021A" },
      dumpComplete: null,
      reason: expect.stringMatching(/It was not taken from there: only the first 8192 of its 32768 bytes can be read/),
      nextSteps: [expect.stringContaining("Start the broken VM once more")],
    },
    searched: [["G:\\pagefile.sys", /holds a dump that was not taken out yet; only the first 8192/]],
  },
  {
    name: "a volume of this disk without a drive letter is told apart from another disk",
    commands: {
      "Get-Partition": (simulation, parameters) =>
        (COMMANDS["Get-Partition"]!(simulation, parameters) as Record<string, unknown>[]).map((partition) =>
          partition.PartitionNumber === 2 ? { ...partition, DriveLetter: null } : partition,
        ),
    },
    disk: withoutDumps,
    answer: {
      status: "not-found",
      reason:
        "The dump is written to E:\\dumps\\crash.dmp, which is on a volume of this disk that is not mounted here.",
      nextSteps: [expect.stringContaining("Give that volume a drive letter")],
    },
    searched: [["E:\\dumps\\crash.dmp", /on drive E: .*a volume of this disk that is not mounted here$/]],
  },
  {
    name: "a full volume, and a page file that is too small for a complete dump, are reasons",
    commands: { "Get-Volume": () => [{ DriveLetter: "G", Size: 1000, SizeRemaining: 9 }] },
    disk: () => setDword(setText(withoutDumps(), "?:\\pagefile.sys", "C:\\page.sys 1 9"), "CrashDumpEnabled", 1),
    answer: {
      reason: expect.stringMatching(
        /has at most 9 MB \(C:\\page\.sys\)\. The volume with Windows is full: 9 of 1000 bytes are free\.$/,
      ),
      nextSteps: [
        expect.stringContaining("Move the page file"),
        expect.stringContaining("Make room on C:"),
        expect.stringContaining("send nmi"),
      ],
    },
    searched: [],
  },
  {
    name: "a client with little room deletes dumps, and that is a reason",
    commands: { "Get-Volume": () => [{ DriveLetter: "G", Size: 127e9, SizeRemaining: 24e9 }] },
    disk: () => setText(withoutDumps(), "ServerNT", "WinNT"),
    answer: { reason: expect.stringMatching(/when less than 25 GB are free: 24000000000 bytes are/) },
    searched: [],
  },
  {
    name: "fsutil.exe fails: the dump in the page file is taken",
    commands: { "fsutil.exe": says("Error:  The FSUTIL utility requires that you have administrative privileges.", 1) },
    disk: () => without(places(), named),
    answer: { status: "collected", dumpPath: "G:\\pagefile.sys" },
    searched: [],
  },
];

itInPowershell.each(FAULTS)("$name", async ({ commands, disk, answer, searched }) => {
  const machine = machineWith((disk ?? places)(), { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(model, machine));
  const guest = await startGuest({ workFolder: folder, powershell: POWERSHELL, mounts, shared: shared!, commands });

  const result = answerOf(await collect(guest, machine, store.containerUrl, windowsRoot));

  expect(result).toMatchObject(answer);
  const why = new Map<string, string>(result.searched.map((line: any) => [line.path, line.why]));
  for (const [path, words] of searched) expect([path, why.get(path)]).toEqual([path, expect.stringMatching(words)]);
});
