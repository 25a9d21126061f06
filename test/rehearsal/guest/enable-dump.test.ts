import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MemorySource, RegistryHive, type RegistryKey } from "../../../disk";
import type { Guest, GuestMachine, GuestResult } from "../../../rehearsal/guest";
import { COMMANDS, type Command } from "../../../rehearsal/guest/bridge/commands";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { WindowsError } from "../../../rehearsal/guest/windows/errors";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { SimulatedWindows } from "../../../rehearsal/guest/windows/simulated-windows";
import { itWith, tool } from "../../disk/support/oracle";
import { sampleBytes } from "../../disk/support/samples";
import { encryptedMachine, KEY } from "./support/bitlocker";
import { fixture, patch, setDword, setText } from "./support/disk";
import { LUN, machineWith } from "./support/machine";
import { answerOf, itInPowershell, mount, POWERSHELL, runScript } from "./support/run";

jest.setTimeout(60_000);

const HIVE = "F:\\Windows\\System32\\config\\SYSTEM";
const BACKUP = `${HIVE}.azure-repair-kit.json`;
const CRASH_CONTROL = "ControlSet002\\Control\\CrashControl";
const MEMORY_MANAGEMENT = "ControlSet002\\Control\\Session Manager\\Memory Management";

let folder = "";
let shared: SharedPowershell | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-enable-dump-"));
  if (POWERSHELL !== null) shared = new SharedPowershell(POWERSHELL);
});
afterAll(async () => {
  await shared?.stop();
  await rm(folder, { recursive: true });
});

/** A repair VM whose copy is mounted, and what a script makes of it. */
class Copy {
  constructor(
    readonly powershell: string | null,
    readonly machine: GuestMachine,
    public commands: Record<string, Command> = {},
    /** Where scripts run: in the PowerShell of all tests, unless they are to be ended. */
    readonly process = shared ? { shared } : {},
    readonly mounts = new Mounts(),
  ) {}

  async mount(parameters: Record<string, string> = {}): Promise<this> {
    await this.with(null, (guest) => mount(guest, this.machine, LUN, parameters));
    return this;
  }

  run(parameters: Record<string, string> = {}, signal?: AbortSignal): Promise<GuestResult> {
    const all = { Lun: String(LUN), WindowsRoot: "F:\\Windows", ...parameters };
    return this.with(this.powershell, (guest) => runScript(guest, this.machine, "enable-dump", all, signal));
  }

  async answer(parameters: Record<string, string> = {}): Promise<any> {
    return answerOf(await this.run(parameters));
  }

  windows(): Promise<SimulatedWindows> {
    return SimulatedWindows.start(this.machine, this.mounts);
  }

  async file(path: string): Promise<Buffer> {
    const source = await (await this.windows()).open(path);
    return Buffer.from(await source.read(0, source.size));
  }

  /** Every value of the hive, as text by its path, read with its logs when it is dirty. */
  async tree(): Promise<Map<string, string>> {
    const hive = await RegistryHive.open(new MemorySource(await this.file(HIVE)));
    expect(hive.dirty).toBe(false);
    const all = new Map<string, string>();
    await addKey(all, hive.root);
    return all;
  }

  private async with<T>(powershell: string | null, work: (guest: Guest) => Promise<T>): Promise<T> {
    const { mounts, commands } = this;
    const guest = await startGuest({
      workFolder: folder,
      powershell,
      secondsFactor: 0.001,
      mounts,
      commands,
      ...this.process,
    });
    try {
      return await work(guest);
    } finally {
      await guest.stop();
    }
  }
}

async function addKey(all: Map<string, string>, key: RegistryKey): Promise<void> {
  for (const { name, type, data } of await key.values()) {
    all.set(`${key.path}\\${name}`, `${type} ${Buffer.from(data).toString("hex")}`);
  }
  for (const subkey of await key.keys()) await addKey(all, subkey);
}

/** What differs between two trees: name of the value, before, after. */
function differences(before: Map<string, string>, after: Map<string, string>): Record<string, unknown> {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = paths.filter((path) => before.get(path) !== after.get(path));
  return Object.fromEntries(changed.map((path) => [path, after.get(path) ?? null]));
}

/** Dumps off, and the page file on the temporary disk only: as Azure leaves it. */
function withoutDumps(): Buffer {
  return setText(setDword(fixture("dump"), "CrashDumpEnabled", 0), "C:\\pagefile.sys 0 0", "D:\\pagefile.sys 0 0");
}

const dword = (number: number): string => `4 0${number}000000`;
const changes = [
  { controlSet: "ControlSet002", key: "Control\\CrashControl", name: "CrashDumpEnabled", from: 0, to: 7 },
  { controlSet: "ControlSet002", key: "Control\\CrashControl", name: "AutoReboot", from: 1, to: 0 },
  { controlSet: "ControlSet002", key: "Control\\CrashControl", name: "NMICrashDump", from: null, to: 1 },
  {
    controlSet: "ControlSet002",
    key: "Control\\Session Manager\\Memory Management",
    name: "PagingFiles",
    from: ["D:\\pagefile.sys 0 0"],
    to: ["C:\\pagefile.sys 0 0", "D:\\pagefile.sys 0 0"],
  },
];

/** Answers of the model by test: those of the script must be the same. */
const modelled = new Map<string, unknown[]>();

function expectAsInModel(powershell: string | null, answers: unknown[]): void {
  const name = (expect.getState().currentTestName ?? "").replace(/^in (the model|PowerShell) /, "");
  if (powershell === null) modelled.set(name, answers);
  else expect(answers).toEqual(modelled.get(name));
}

describe.each([
  { where: "in the model", powershell: null, test: it },
  { where: "in PowerShell", powershell: POWERSHELL, test: itInPowershell },
])("$where", ({ powershell, test }) => {
  test("sets exactly the values that it names, twice the same, and puts back what was there", async () => {
    const copy = await new Copy(powershell, machineWith(withoutDumps())).mount();
    const [before, original] = [await copy.tree(), await copy.file(HIVE)];

    const ids = {
      SourceVmId: "/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/vm1",
      CopyDiskId: "/copy",
    };
    const first = await copy.answer(ids);

    expect(first).toMatchObject({
      status: "enabled",
      windowsRoot: "F:\\Windows",
      controlSets: ["ControlSet002"],
      changes,
      backupFile: BACKUP,
      reason: null,
      nextSteps: [
        expect.stringContaining("az disk create --resource-group g --name NAME --source /copy"),
        expect.stringContaining("az vm update --resource-group g --name vm1 --os-disk DISK-ID"),
        expect.stringContaining("Let it crash"),
        expect.stringContaining("az serial-console send nmi --resource-group g --name vm1"),
      ],
    });
    const after = await copy.tree();
    expect(differences(before, after)).toEqual({
      [`${CRASH_CONTROL}\\AutoReboot`]: dword(0),
      [`${CRASH_CONTROL}\\CrashDumpEnabled`]: dword(7),
      [`${CRASH_CONTROL}\\NMICrashDump`]: dword(1),
      [`${MEMORY_MANAGEMENT}\\PagingFiles`]: `7 ${Buffer.from("C:\\pagefile.sys 0 0\0D:\\pagefile.sys 0 0\0\0", "utf16le").toString("hex")}`,
    });
    expect((await copy.windows()).disk(2).state).toMatchObject({ readOnly: true, offline: false });
    const folderNames = (await (await copy.windows()).list("F:\\Windows\\System32\\config")).map(({ name }) => name);
    expect(folderNames.toSorted()).toEqual(["SYSTEM", "SYSTEM.azure-repair-kit.json"]);
    const changed = await copy.file(HIVE);

    expect(await copy.answer(ids)).toEqual({ ...first, changes: [] });
    expect(await copy.file(HIVE)).toEqual(changed);

    const undone = await copy.answer({ Undo: "true" });
    expect(undone).toMatchObject({
      status: "undone",
      backupFile: null,
      reason: "The settings are again what they were.",
    });
    expect(undone.changes.map(({ name, from, to }: any) => [name, from, to])).toEqual(
      changes.map(({ name, from, to }) => [name, to, from]),
    );
    expect(differences(before, await copy.tree())).toEqual({});
    expect(await copy.file(HIVE)).not.toEqual(original);
    const nothing = await copy.answer({ Undo: "true" });
    expect(nothing).toMatchObject({
      status: "nothing-to-undo",
      reason: `Nothing is to be undone: ${BACKUP} is not there.`,
    });
    expectAsInModel(powershell, [first, undone, nothing]);
  });

  test("a hive that was being written keeps what is in its logs only, and comes back clean", async () => {
    const copy = await new Copy(powershell, machineWith(sampleBytes("dirty-hive").subarray(0, -512))).mount();
    const logs = await Promise.all(
      [".LOG1", ".LOG2"].map(async (end) => new MemorySource(await copy.file(HIVE + end))),
    );
    const torn = await RegistryHive.open(new MemorySource(await copy.file(HIVE)), logs);
    expect([torn.dirty, torn.replayedEntries > 0]).toEqual([true, true]);
    const before = new Map<string, string>();
    await addKey(before, torn.root);

    const answer = await copy.answer();

    const named = answer.changes.map(({ controlSet, key, name }: any) => [controlSet, key, name].join("\\"));
    expect(named.length).toBeGreaterThan(0);
    expect(Object.keys(differences(before, await copy.tree()))).toEqual(named.toSorted());
    expectAsInModel(powershell, [answer]);
  });

  test("a BitLocker volume needs its key again", async () => {
    const copy = await new Copy(powershell, encryptedMachine()).mount({ RecoveryKey: KEY });

    const refused = await copy.answer();
    expect(refused).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("no recovery key was given, so nothing was changed"),
    });
    const result = await copy.run({ RecoveryKey: KEY });

    expect(answerOf(result)).toMatchObject({
      status: "enabled",
      changes: [{ name: "AutoReboot" }, { name: "NMICrashDump" }],
    });
    expect(result.output + result.error).not.toContain(KEY);
    expect((await copy.windows()).bitLocker("F")).toBe("unlocked");
    expectAsInModel(powershell, [refused, answerOf(result)]);
  });

  test("a volume that stays locked is told, and the backup named, whether the values were set or not", async () => {
    const answers = [];
    for (const strange of [false, true]) {
      // Once to mount it, once to make it writable, and no more.
      let left = 2;
      const machine = encryptedMachine();
      const disks = machine.disks.map((disk) => ({
        ...disk,
        unlock: (partition: number, key: string) => (left-- > 0 ? disk.unlock!(partition, key) : null),
      }));
      const copy = await new Copy(powershell, { ...machine, disks }).mount({ RecoveryKey: KEY });
      if (strange) {
        const windows = await copy.windows();
        Object.assign(windows.disk(2).state, { readOnly: false, volumesWritable: true });
        windows.write(BACKUP, Buffer.from("{}"));
        Object.assign(windows.disk(2).state, { readOnly: true, volumesWritable: false });
      }
      answers.push(await copy.answer({ RecoveryKey: KEY }));
    }

    const told = "The disk could not be made read-only again (The recovery key that was given did not unlock volume F:";
    expect(answers).toMatchObject([
      { status: "enabled", backupFile: BACKUP, reason: expect.stringContaining(told) },
      {
        status: "refused",
        backupFile: BACKUP,
        reason: expect.stringContaining(`Nothing was changed: ${BACKUP} is not a backup that this step wrote. ${told}`),
      },
    ]);
    expectAsInModel(powershell, answers);
  });

  test("what another hand has changed since is left alone by undoing", async () => {
    const copy = await new Copy(powershell, machineWith(fixture("dump"))).mount();
    await copy.answer();
    const windows = await copy.windows();
    windows.disk(2).state.volumesWritable = true;
    windows.disk(2).state.readOnly = false;
    windows.write(
      BACKUP,
      Buffer.from(
        (await copy.file(BACKUP)).toString().replace(/"to": \{(\s+"kind": "DWord",\s+"data": )1/, '"to": {$15'),
      ),
    );

    expect(await copy.answer({ Undo: "true" })).toMatchObject({
      status: "undone",
      changes: [{ name: "AutoReboot", from: 0, to: 1 }],
      reason: expect.stringContaining("ControlSet002\\Control\\CrashControl\\NMICrashDump was left alone"),
    });
  });

  test.each([
    {
      what: "a hive that is none",
      disk: () => patch(fixture("dump"), "regf", 0, "lost"),
      told: "The registry is corrupted",
    },
    {
      what: "a hive that names a control set which is not there",
      disk: () => setDword(setDword(fixture("dump"), "Current", 7), "Default", 7),
      told: "the registry names no control set that is there",
    },
  ])("$what is refused, and nothing is changed", async ({ disk, told }) => {
    const copy = await new Copy(powershell, machineWith(disk())).mount();
    const before = await copy.file(HIVE);

    const answer = await copy.answer();
    expect(answer).toMatchObject({
      status: "refused",
      reason: expect.stringContaining(told),
      changes: [],
      backupFile: null,
    });
    expectAsInModel(powershell, [answer]);
    expect(await copy.file(HIVE)).toEqual(before);
  });

  test("without a mounted Windows nothing is changed", async () => {
    const copy = new Copy(powershell, machineWith(null));

    const answers = [await copy.answer({ WindowsRoot: "" }), await copy.answer({ WindowsRoot: "F:\\Windows" })];
    for (const answer of answers) expect(answer).toMatchObject({ status: "not-mounted", changes: [] });
    expectAsInModel(powershell, answers);
  });
});

itWith(["reglookup"], "the changed hive reads the same to reglookup, but for the values that were named", async () => {
  const copy = await new Copy(null, machineWith(withoutDumps())).mount();
  const printed = async (name: string): Promise<string[]> => {
    const file = join(folder, name);
    await writeFile(file, await copy.file(HIVE));
    return (await tool("reglookup", file)).trim().split("\n");
  };
  const before = await printed("before");
  await copy.answer();

  const after = await printed("after");

  const lines = (some: readonly string[], others: readonly string[]): string[] =>
    some.filter((line) => !others.includes(line)).map((line) => line.split(",").slice(0, 3).join(","));
  const control = "/ControlSet002/Control";
  expect(lines(after, before)).toEqual([
    `${control}/CrashControl/CrashDumpEnabled,DWORD,0x00000007`,
    `${control}/CrashControl/AutoReboot,DWORD,0x00000000`,
    `${control}/CrashControl/NMICrashDump,DWORD,0x00000001`,
    `${control}/Session Manager/Memory Management/PagingFiles,MULTI_SZ,C:\\pagefile.sys 0 0|D:\\pagefile.sys 0 0`,
  ]);
  expect(lines(before, after)).toHaveLength(3);
});

/** Commands that fail when asked for this. */
function failing(
  name: string,
  when: (parameters: Readonly<Record<string, unknown>>) => boolean,
): Record<string, Command> {
  return {
    [name]: (simulation, parameters) => {
      if (when(parameters)) throw new WindowsError("A device attached to the system is not functioning.");
      return COMMANDS[name]!(simulation, parameters);
    },
  };
}

describe("when Windows fails", () => {
  itInPowershell.each([
    {
      what: "making the disk writable",
      commands: failing("Set-Disk", ({ IsReadOnly }) => IsReadOnly === false),
      backupFile: null,
    },
    {
      what: "writing a value",
      commands: failing("New-ItemProperty", ({ Name }) => Name === "AutoReboot"),
      backupFile: null,
    },
    {
      what: "writing the hive beside",
      commands: failing("Write-File", ({ Path }) => String(Path).startsWith(`${HIVE}.azure-repair-kit.new`)),
      backupFile: BACKUP,
    },
    {
      what: "renaming the hive",
      commands: failing("Move-File", ({ To }) => To === HIVE),
      backupFile: BACKUP,
    },
  ])(
    "$what: nothing is changed, nothing half-written stays, the disk is read-only",
    async ({ commands, backupFile }) => {
      const copy = await new Copy(POWERSHELL, machineWith(withoutDumps())).mount();
      const before = await copy.file(HIVE);
      copy.commands = commands;

      expect(await copy.answer()).toMatchObject({
        status: "refused",
        backupFile,
        reason: expect.stringMatching(/^Nothing was changed: /),
      });
      expect(await copy.file(HIVE)).toEqual(before);
      const names = (await (await copy.windows()).list("F:\\Windows\\System32\\config")).map(({ name }) => name);
      expect(names.filter((name) => name.endsWith(".new"))).toEqual([]);
      expect((await copy.windows()).disk(2).state).toMatchObject({ readOnly: true, offline: false });
    },
  );

  itInPowershell("a disk that does not become read-only again is told, and the values are set", async () => {
    const copy = await new Copy(POWERSHELL, machineWith(withoutDumps())).mount();
    copy.commands = failing("Set-Disk", ({ IsReadOnly }) => IsReadOnly === true);

    expect(await copy.answer()).toMatchObject({
      status: "enabled",
      changes,
      backupFile: BACKUP,
      reason: expect.stringContaining("The disk could not be made read-only again"),
    });
  });

  itInPowershell("partitions that show up a moment after the disk is online are waited for", async () => {
    const copy = await new Copy(POWERSHELL, machineWith(withoutDumps())).mount();
    let late = false;
    copy.commands = {
      "Set-Disk": (simulation, parameters) => {
        late ||= parameters.IsOffline === false;
        return COMMANDS["Set-Disk"]!(simulation, parameters);
      },
      "Get-Partition": (simulation, parameters) => {
        const partitions = late ? [] : COMMANDS["Get-Partition"]!(simulation, parameters);
        late = false;
        return partitions;
      },
    };

    expect(await copy.answer()).toMatchObject({ status: "enabled", changes, backupFile: BACKUP, reason: null });
  });

  itInPowershell("a script that is ended before the hive is renamed is run again, and undone", async () => {
    const copy = await new Copy(POWERSHELL, machineWith(withoutDumps()), {}, {}).mount();
    const [before, original] = [await copy.tree(), await copy.file(HIVE)];
    const ending = new AbortController();
    copy.commands = {
      "Move-File": (simulation, parameters) => {
        if (parameters.To !== HIVE) return COMMANDS["Move-File"]!(simulation, parameters);
        ending.abort();
        return new Promise(() => undefined);
      },
    };

    const ended = await copy.run({}, ending.signal);

    expect(ended.error).toContain("the script was stopped");
    expect(await copy.file(HIVE)).toEqual(original);
    expect((await copy.windows()).disk(2).state.readOnly).toBe(false);

    const again = new Copy(POWERSHELL, copy.machine, {}, shared ? { shared } : {}, copy.mounts);
    expect(await again.answer()).toMatchObject({ status: "enabled", changes, backupFile: BACKUP });
    expect((await copy.windows()).disk(2).state.readOnly).toBe(true);
    expect(await again.answer({ Undo: "true" })).toMatchObject({ status: "undone" });
    expect(differences(before, await again.tree())).toEqual({});
  });
});
