import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MemorySource } from "../../../disk";
import type { GuestDisk, GuestMachine, GuestResult } from "../../../rehearsal/guest";
import { COMMANDS, type Command } from "../../../rehearsal/guest/bridge/commands";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { WindowsError } from "../../../rehearsal/guest/windows/errors";
import { fixture } from "./support/disk";
import { LUN, machineWith } from "./support/machine";
import { answerOf, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { twoAtATime } from "./support/two-at-a-time";

jest.setTimeout(60_000);

/** A minute of waiting is six hundredths of a second. */
const secondsFactor = 0.001;

let folder = "";
const inTurn = twoAtATime();

/** Results of the script in PowerShell, by the name of the test. All are started before the first test. */
const scripts = new Map<string, Promise<GuestResult>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-mount-"));
  if (POWERSHELL === null) return;
  for (const { name, machine, lun } of SITUATIONS)
    scripts.set(
      name,
      inTurn(() => mountIn(POWERSHELL, machine(), lun)),
    );
  for (const { name, commands } of FAULTS) {
    scripts.set(
      name,
      inTurn(() => mountIn(POWERSHELL, machineWith(fixture("dump")), LUN, commands)),
    );
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function mountIn(
  powershell: string | null,
  machine: GuestMachine,
  lun = LUN,
  commands: Record<string, Command> = {},
): Promise<GuestResult> {
  const guest = await startGuest({ workFolder: folder, powershell, secondsFactor, commands });
  try {
    return await mount(guest, machine, lun);
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
  readonly answer: object;
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
];

const failing: Command = () => {
  throw new WindowsError("The storage service is not running.");
};

/** A disk that can be brought online, but not made read-only. */
const alwaysWritable: Record<string, Command> = {
  "Get-Disk": (simulation, parameters) => {
    for (const { state } of simulation.windows.disks) state.readOnly = false;
    return COMMANDS["Get-Disk"]!(simulation, parameters);
  },
  "Set-Disk": (simulation, parameters) => {
    if (parameters.IsReadOnly !== undefined) throw new WindowsError("Not supported.");
    return COMMANDS["Set-Disk"]!(simulation, parameters);
  },
};

const FAULTS: readonly { name: string; commands: Record<string, Command>; last: unknown }[] = [
  {
    name: "Get-Partition fails: the script does, and its last line says why",
    commands: { "Get-Partition": failing },
    last: expect.stringMatching(/^mount-os-disk failed: The storage service is not running\. \(line \d+\)$/),
  },
  {
    name: "Get-Disk gives nothing: that proves nothing, so nothing is mounted",
    commands: { "Get-Disk": () => [] },
    last: expect.stringContaining("Windows names no disk as the one it was started from"),
  },
];

describe.each(SITUATIONS)("$name", ({ name, machine, lun, answer }) => {
  it("in the model", async () => {
    expect(answerOf(await mountIn(null, machine(), lun))).toMatchObject(answer);
  });

  itInPowershell("in PowerShell, with the same answer", async () => {
    const script = answerOf(await scripts.get(name)!);

    expect(script).toMatchObject(answer);
    expect(script).toEqual(answerOf(await mountIn(null, machine(), lun)));
  });
});

itInPowershell.each(FAULTS)("$name", async ({ name, last }) => {
  const result = await scripts.get(name)!;

  expect({ exitCode: result.exitCode, last: lastLine(result) }).toEqual({ exitCode: 1, last });
});

itInPowershell("a disk that cannot be made read-only is told, and mounted all the same", async () => {
  const answer = answerOf(await mountIn(POWERSHELL, machineWith(fixture("dump")), LUN, alwaysWritable));

  expect(answer).toMatchObject({
    status: "mounted",
    disk: { readOnly: false },
    reason: "The disk could not be made read-only: Not supported.",
  });
});

itInPowershell("a script that runs again finds the disk mounted and gives the same answer", async () => {
  const [machine, mounts] = [machineWith(fixture("dump")), new Mounts()];
  const first = await startGuest({ workFolder: folder, powershell: null, mounts });
  const before = answerOf(await mount(first, machine));

  const second = await startGuest({ workFolder: folder, powershell: POWERSHELL, mounts });
  const after = answerOf(await mount(second, machine));

  expect(after).toEqual({ ...before, disk: { ...before.disk, wasOffline: false, offlineReason: null } });
});
