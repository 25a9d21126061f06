import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MemorySource } from "../../../disk";
import type { GuestDisk, GuestMachine, GuestResult } from "../../../rehearsal/guest";
import { COMMANDS, type Command } from "../../../rehearsal/guest/bridge/commands";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { WindowsError } from "../../../rehearsal/guest/windows/errors";
import { SimulatedWindows } from "../../../rehearsal/guest/windows/simulated-windows";
import { encryptedMachine, KEY } from "./support/bitlocker";
import { beginning, fixture, mbrDisk, patch, volume } from "./support/disk";
import { LUN, machineWith } from "./support/machine";
import { answerOf, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";

jest.setTimeout(60_000);

/** A minute of waiting is six hundredths of a second. */
const secondsFactor = 0.001;

let folder = "";
/** One PowerShell for all: starting one takes longer than a script runs. */
let shared: SharedPowershell | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-mount-"));
  if (POWERSHELL !== null) shared = new SharedPowershell(POWERSHELL);
});
afterAll(async () => {
  await shared?.stop();
  await rm(folder, { recursive: true });
});

async function mountIn(
  powershell: string | null,
  machine: GuestMachine,
  { lun = LUN, recoveryKey }: Pick<Situation, "lun" | "recoveryKey"> = {},
  { commands = {}, mounts = new Mounts() }: { commands?: Record<string, Command>; mounts?: Mounts } = {},
): Promise<GuestResult> {
  const process = shared ? { shared } : {};
  const guest = await startGuest({ workFolder: folder, powershell, secondsFactor, commands, mounts, ...process });
  try {
    return await mount(guest, machine, lun, recoveryKey ? { RecoveryKey: recoveryKey } : {});
  } finally {
    await guest.stop();
  }
}

function attached(lun: number, bytes: Buffer): GuestDisk {
  return { lun, bytes: new MemorySource(bytes), size: bytes.length };
}

interface Situation {
  readonly name: string;
  readonly machine: () => GuestMachine;
  readonly lun?: number;
  readonly recoveryKey?: string;
  readonly answer: object;
}

/** Marks an NTFS volume as not unmounted: $Volume, in the file table and in its mirror. */
function dirty(bytes: Buffer): Buffer {
  // The head of a resident $VOLUME_INFORMATION; its flags are at 10 of its value.
  const head = Buffer.from("700000002800000000001800", "hex");
  for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 1)) bytes[at + 0x18 + 10]! |= 1;
  return bytes;
}

const SITUATIONS: readonly Situation[] = [
  {
    name: "a VM that was started from the copy is refused, with the remedy",
    machine: () => machineWith(fixture("dump"), { bootedFromLun: LUN }),
    answer: {
      status: "booted-from-copy",
      driveLetter: null,
      disk: null,
      reason: "This VM was started from the attached copy (disk 2, LUN 3), not from its own OS disk.",
      nextSteps: [expect.stringContaining("Do not sign in"), expect.stringContaining("imageSku"), expect.any(String)],
    },
  },
  {
    name: "a VM that was started from the copy at LUN 0, where its own OS disk is too, is refused",
    machine: () => machineWith(null, { disks: [attached(0, fixture("dump"))], bootedFromLun: 0 }),
    lun: 0,
    answer: { status: "booted-from-copy" },
  },
  {
    name: "a copy at LUN 0 is told from the VM's own OS disk at LUN 0",
    machine: () => machineWith(null, { disks: [attached(0, fixture("dump"))] }),
    lun: 0,
    answer: { status: "mounted", disk: { number: 2, lun: 0 } },
  },
  {
    name: "a copy at LUN 1 is told from the temporary disk at LUN 1",
    machine: () => machineWith(null, { disks: [attached(1, fixture("dump"))] }),
    lun: 1,
    answer: { status: "mounted", disk: { number: 2, lun: 1 } },
  },
  {
    name: "on NVMe the LUN is found by the namespace",
    machine: () =>
      machineWith(null, { busType: "NVMe", disks: [attached(2, Buffer.alloc(4096)), attached(LUN, fixture("dump"))] }),
    answer: { status: "mounted", disk: { number: 2, lun: LUN, busType: "NVMe" } },
  },
  {
    name: "a disk that does not come is waited for, and what is there is told",
    machine: () => machineWith(null, { disks: [attached(7, fixture("dump"))] }),
    answer: {
      status: "disk-not-found",
      reason: "No data disk is at LUN 3 after 120 seconds. Disks seen: 0 (SAS, LUN 0), 1 (SAS, LUN 1), 2 (SAS, LUN 7).",
      nextSteps: [expect.stringContaining("at LUN 3"), "Run this step again."],
    },
  },
  {
    name: "a disk offline by a collision gets a new id, the old one is told, and swapping back is warned of",
    machine: () => machineWith(null, { disks: [attached(LUN - 1, fixture("names")), attached(LUN, fixture("names"))] }),
    answer: {
      status: "mounted",
      disk: { originalId: "1A2B3C4D", id: "1A2B3C4C", wasOffline: true, offlineReason: "Collision", readOnly: true },
      reason: expect.stringContaining("Windows gave it a new one: 1A2B3C4C instead of 1A2B3C4D"),
      nextSteps: [expect.stringContaining("Do not swap this copy back")],
    },
  },
  {
    name: "of several Windows the one that ran last is taken; data volumes keep a letter, recovery volumes get none",
    machine: () =>
      machineWith(
        mbrDisk(
          { type: 7, bytes: volume("dump") },
          { type: 0x27, bytes: volume("names") },
          { type: 7, bytes: dirty(volume("names")) },
          { type: 7, bytes: patch(volume("dump"), "PAGEDU64", 0, "NOTADUMP").subarray(0, 6 * 1024 ** 2 - 4096) },
        ),
      ),
    answer: {
      status: "mounted",
      driveLetter: "G",
      windowsRoot: "G:\\Windows",
      volumes: [
        { driveLetter: "F", windows: true, dirty: false },
        { driveLetter: null, windows: false, dirty: null },
        { driveLetter: "G", windows: true, dirty: true },
        { driveLetter: "H", windows: true },
      ],
      reason:
        "3 volumes hold a Windows: F: NTFS of 6291456 bytes, G: NTFS of 6291456 bytes, H: NTFS of 6287360 bytes. " +
        "G: was taken, because its registry was written last. " +
        "Volume G: was not unmounted (it is dirty), and a read-only disk is not repaired: its last seconds may be missing.",
    },
  },
  {
    name: "what is no Windows volume is named beside it",
    machine: () =>
      machineWith(
        mbrDisk(
          { type: 7, bytes: volume("names") },
          { type: 7, bytes: beginning("-FVE-FS-", 3) },
          { type: 7, bytes: beginning("\x53\xef", 1080) },
          { type: 7, bytes: beginning("nothing known", 0) },
        ),
      ),
    answer: {
      status: "mounted",
      driveLetter: "F",
      volumes: [
        { driveLetter: "F", windows: true, bitLocker: null },
        { driveLetter: "G", windows: false, bitLocker: "locked" },
        { driveLetter: null, windows: false },
        { driveLetter: "H", windows: false },
      ],
      reason:
        "Volume G: (1048576 bytes) is encrypted with BitLocker and stays locked: what is on it is not searched. " +
        "A volume of 1048576 bytes has no file system that this VM or the kit knows: damaged, or encrypted in another way.",
    },
  },
  {
    name: "a BitLocker volume is unlocked with its recovery key",
    machine: () => encryptedMachine(),
    recoveryKey: KEY,
    answer: {
      status: "mounted",
      driveLetter: "F",
      disk: { readOnly: true },
      volumes: [{ driveLetter: "F", label: "Windows", fileSystem: "NTFS", windows: true, bitLocker: "unlocked" }],
      reason: null,
      nextSteps: [],
    },
  },
  {
    name: "a recovery key that does not fit is told, and not shown",
    machine: () => encryptedMachine(),
    recoveryKey: KEY.replaceAll("1", "9"),
    answer: {
      status: "encrypted",
      driveLetter: "F",
      reason:
        "Volume F: (6291456 bytes) is encrypted with BitLocker and locked. The recovery key that was given did not " +
        "unlock volume F: - The BitLocker encryption key cannot be obtained from the recovery password.",
    },
  },
  {
    name: "a recovery key that is none is not tried",
    machine: () => encryptedMachine(),
    recoveryKey: "123456",
    answer: { status: "encrypted", reason: expect.stringContaining("is not of the form 48 digits") },
  },
  {
    name: "where BitLocker is not installed, its volume is recognised by its first bytes, and the feature is named",
    machine: () => encryptedMachine({ hasBitLocker: false }),
    recoveryKey: KEY,
    answer: {
      status: "encrypted",
      driveLetter: "F",
      volumes: [{ driveLetter: "F", fileSystem: "", bitLocker: "locked" }],
      nextSteps: [
        expect.stringContaining("Install-WindowsFeature BitLocker"),
        expect.stringContaining("azure-repair-kit:bitLockerRecoveryKey"),
        expect.stringContaining("manage-bde -unlock F:"),
        expect.stringContaining("key vault"),
      ],
    },
  },
  {
    name: "a ReFS volume is named",
    machine: () => machineWith(mbrDisk({ type: 7, bytes: beginning("ReFS\0\0\0\0\0\0\0\0\0FSRS", 3) })),
    answer: { status: "no-windows-volume", reason: expect.stringContaining("Volumes seen: F: ReFS of 1048576 bytes.") },
  },
  ...[
    { type: 0x42, what: "a dynamic disk", next: "Disk Management" },
    { type: 0xe7, what: "a part of a Storage Spaces pool", next: "Server Manager" },
    { type: 0x83, what: "a Linux", next: "az vm repair" },
  ].map(({ type, what, next }) => ({
    name: `${what} is named`,
    machine: () => machineWith(mbrDisk({ type, bytes: Buffer.alloc(1024 ** 2) })),
    answer: {
      status: "unsupported",
      reason: `The disk cannot be read by this step: it holds ${what}.`,
      nextSteps: [expect.stringContaining(next)],
    },
  })),
  {
    name: "a Linux on a partition of a Windows type is named by its first bytes",
    machine: () => machineWith(mbrDisk({ type: 7, bytes: beginning("XFSB", 0) })),
    answer: { status: "unsupported", reason: "The disk cannot be read by this step: it holds a Linux (XFS)." },
  },
];

describe.each(SITUATIONS)("$name", (situation) => {
  let modelled: unknown;

  it("in the model", async () => {
    const result = await mountIn(null, situation.machine(), situation);

    modelled = answerOf(result);
    expect(modelled).toMatchObject(situation.answer);
    if (situation.recoveryKey) expect(result.output).not.toContain(situation.recoveryKey);
  });

  itInPowershell("in PowerShell, with the same answer", async () => {
    const result = await mountIn(POWERSHELL, situation.machine(), situation);

    expect(answerOf(result)).toEqual(modelled);
    if (situation.recoveryKey) expect(result.output + result.error).not.toContain(situation.recoveryKey);
  });
});

const fails: Command = () => {
  throw new WindowsError("The storage service is not running.");
};

/** Answers as the simulated Windows does, but for the first calls. */
function afterCalls(calls: number, name: string, first: Command): Record<string, Command> {
  let called = 0;
  return {
    [name]: (simulation, parameters) => (called++ < calls ? first : COMMANDS[name]!)(simulation, parameters),
  };
}

const withoutCopy: Command = ({ windows, hives }, parameters) =>
  (COMMANDS["Get-Disk"]!({ windows, hives }, parameters) as { Number: number }[]).filter((disk) => disk.Number < 2);

const FAILURES: readonly { name: string; commands: Record<string, Command>; last: unknown }[] = [
  {
    name: "Get-Partition fails",
    commands: { "Get-Partition": fails },
    last: expect.stringMatching(/^mount-os-disk failed: The storage service is not running\. \(line \d+\)$/),
  },
  {
    name: "Get-Disk gives nothing, which proves nothing",
    commands: { "Get-Disk": () => [] },
    last: expect.stringContaining("Windows names no disk as the one it was started from"),
  },
  {
    name: "Get-Disk gives objects of another kind",
    commands: { "Get-Disk": () => [{ Name: "disk" }] },
    last: expect.stringMatching(/^mount-os-disk failed: .*IsBoot/),
  },
  {
    name: "the disk cannot be brought online",
    commands: { "Set-Disk": fails },
    last: expect.stringMatching(/^mount-os-disk failed: The storage service is not running\./),
  },
  {
    name: "the volume that may hold the Windows cannot be looked at",
    commands: { "Set-Partition": fails },
    last: expect.stringMatching(/^mount-os-disk failed: The storage service is not running\./),
  },
];

itInPowershell.each(FAILURES)("$name: the script fails, and its last line says why", async ({ commands, last }) => {
  const result = await mountIn(POWERSHELL, machineWith(fixture("dump")), {}, { commands });

  expect({ exitCode: result.exitCode, last: lastLine(result) }).toEqual({ exitCode: 1, last });
});

const SURVIVED: readonly { name: string; commands: () => Record<string, Command>; answer: object }[] = [
  {
    name: "a disk that cannot be made read-only is told",
    commands: () => ({
      "Set-Disk": (simulation, parameters) => {
        if (parameters.IsReadOnly !== undefined) throw new WindowsError("Not supported.");
        return COMMANDS["Set-Disk"]!(simulation, parameters);
      },
      "Get-Disk": (simulation, parameters) => {
        for (const { state } of simulation.windows.disks) state.readOnly = false;
        return COMMANDS["Get-Disk"]!(simulation, parameters);
      },
    }),
    answer: { disk: { readOnly: false }, reason: "The disk could not be made read-only: Not supported." },
  },
  {
    // In one run, because each costs a fifth of a second: the disk and its partitions come late, volumes are slow, the
    // first letter is taken although no volume shows it, and BitLocker and the dirty bit cannot be told.
    name: "what comes late is waited for, a taken letter is passed over, and what cannot be told is null",
    commands: () => {
      let asked = 0;
      return {
        ...afterCalls(2, "Get-Disk", withoutCopy),
        ...afterCalls(1, "Set-Partition", () => {
          throw new WindowsError("The requested access path is already in use.");
        }),
        "Get-Partition": (simulation, parameters) =>
          Number(parameters.DiskNumber) === 2 && asked++ < 2 ? [] : COMMANDS["Get-Partition"]!(simulation, parameters),
        "Get-Volume": async (simulation, parameters) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return COMMANDS["Get-Volume"]!(simulation, parameters);
        },
        "Get-BitLockerVolume": fails,
        "Get-CimInstance": () => null,
      };
    },
    answer: {
      driveLetter: "G",
      windowsRoot: "G:\\Windows",
      volumes: [{ driveLetter: "G", bitLocker: null, dirty: null }],
      reason: null,
    },
  },
];

itInPowershell.each(SURVIVED)("$name, and the Windows is mounted", async ({ commands, answer }) => {
  const result = await mountIn(POWERSHELL, machineWith(fixture("dump")), {}, { commands: commands() });

  expect(answerOf(result)).toMatchObject({ status: "mounted", ...answer });
});

itInPowershell("a disk that was online and writable goes offline before it comes back read-only", async () => {
  const changes: unknown[] = [];
  const commands: Record<string, Command> = {
    "Set-Disk": (simulation, parameters) => {
      changes.push(parameters);
      return COMMANDS["Set-Disk"]!(simulation, parameters);
    },
  };
  const [machine, mounts] = [machineWith(fixture("dump")), new Mounts()];
  const { state } = (await SimulatedWindows.start(machine, mounts)).disk(2);
  Object.assign(state, { offline: false, offlineReason: null, readOnly: false, volumesWritable: true });

  const answer = answerOf(await mountIn(POWERSHELL, machine, {}, { commands, mounts }));

  expect(answer).toMatchObject({ status: "mounted", disk: { wasOffline: false, readOnly: true } });
  expect(changes).toEqual([
    { Number: 2, IsOffline: true },
    { Number: 2, IsReadOnly: true },
    { Number: 2, IsOffline: false },
  ]);
  expect(state.volumesWritable).toBe(false);
});

itInPowershell("a script that runs again finds the disk mounted and gives the same answer", async () => {
  const [machine, mounts] = [machineWith(fixture("dump")), new Mounts()];
  const before = answerOf(await mountIn(null, machine, {}, { mounts }));

  const after = answerOf(await mountIn(POWERSHELL, machine, {}, { mounts }));

  expect(after).toEqual({ ...before, disk: { ...before.disk, wasOffline: false, offlineReason: null } });
});

itInPowershell("a disk without a free drive letter is told", async () => {
  const letters = "ABCEFGHIJKLMNOPQRSTUVWXYZ"
    .split("")
    .map((DriveLetter) => ({ DriveLetter, FileSystemLabel: "", FileSystem: "NTFS" }));
  const commands: Record<string, Command> = {
    "Get-Volume": (simulation, parameters) =>
      parameters.DiskNumber === undefined ? letters : COMMANDS["Get-Volume"]!(simulation, parameters),
  };

  const answer = answerOf(await mountIn(POWERSHELL, machineWith(fixture("dump")), {}, { commands }));

  expect(answer).toMatchObject({
    status: "no-windows-volume",
    reason: expect.stringContaining("No drive letter was free for a volume of 6291456 bytes, so it was not looked at."),
  });
});
