import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeNtfsImage } from "../../../rehearsal/disks/build/ntfs-image";
import type { Guest } from "../../../rehearsal/guest";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { corpusEntries, unpack, type CorpusEntry } from "../../disk/support/corpus";
import { mbrDisk, PARTITION } from "./support/disk";
import { machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { startStore, type Store } from "./support/store";

jest.setTimeout(60_000);

/** Where the hives lie: each in a Windows of its own, the first where mounting looks for one. */
const rootOf = (index: number): string => (index === 0 ? "Windows" : `Windows${index}`);

const canMakeVolumes =
  process.getuid?.() === 0 && ["mkntfs", "ntfs-3g"].every((tool) => spawnSync(tool, ["--help"]).error === undefined);
const hives = canMakeVolumes
  ? corpusEntries("hive").filter(({ facts }) => "Select" in ((facts.values ?? {}) as object))
  : [];
const real = hives.length > 0;
if (!canMakeVolumes) console.warn("Real hives are not read by the guest scripts: that needs root, mkntfs and ntfs-3g.");

let [folder, store, disk] = ["", null! as Store, null! as Buffer];
let model: Guest;
let shared: SharedPowershell | null = null;
let scripts: Guest | null = null;

beforeAll(async () => {
  if (!real) return;
  folder = await mkdtemp(join(tmpdir(), "guest-real-hives-"));
  store = await startStore(folder);
  const options = { workFolder: folder, mounts: new Mounts() };
  model = await startGuest({ ...options, powershell: null });
  if (POWERSHELL !== null) {
    shared = new SharedPowershell(POWERSHELL);
    scripts = await startGuest({ ...options, powershell: POWERSHELL, shared });
  }
  const image = join(folder, "volume");
  const files = hives.flatMap(({ file, companions = [] }, index) => {
    const config = `${rootOf(index)}\\System32\\config\\SYSTEM`;
    const logs = companions.filter(({ role }) => /^log\d$/.test(role));
    return [
      { path: config, bytes: unpack(file) },
      ...logs.map((log) => ({ path: `${config}.${log.role.toUpperCase()}`, bytes: unpack(log.file) })),
    ];
  });
  await makeNtfsImage(image, 160, PARTITION / 512, { fileSystem: "ntfs", label: "", files, time: new Date() });
  disk = mbrDisk({ type: 7, bytes: await readFile(image) });
});

afterAll(async () => {
  if (!real) return;
  await shared?.stop();
  await Promise.all([model.stop(), scripts?.stop(), store.stop()]);
  await rm(folder, { recursive: true });
});

async function collectFrom(guest: Guest, index: number): Promise<string> {
  const machine = machineWith(disk, { caFile: store.caFile });
  const { driveLetter } = answerOf(await mount(model, machine));
  return lastLine(await collect(guest, machine, store.containerUrl, `${driveLetter}:\\${rootOf(index)}`));
}

/** What is known of the hive, with its logs where it has some, by tools of others. */
function knownOf({ facts }: CorpusEntry): object {
  const values = { ...facts.values, ...facts.afterReplay?.valuesAfter };
  const controlSet = `ControlSet00${values.Select.Current.value}`;
  const crash = values[`${controlSet}\\Control\\CrashControl`];
  return {
    controlSet,
    dumpEnabled: crash.CrashDumpEnabled.value,
    dumpFile: crash.DumpFile.value,
    minidumpDir: crash.MinidumpDir.value,
    autoReboot: crash.AutoReboot.value !== 0,
  };
}

(real ? describe.each(hives.map((hive, index) => ({ id: hive.id, hive, index }))) : describe.skip.each([{ id: "" }]))(
  "the real hive $id",
  ({ hive, index }: { id: string; hive?: CorpusEntry; index?: number }) => {
    it("tells the settings that are known of it", async () => {
      expect(JSON.parse(await collectFrom(model, index!)).crashControl).toMatchObject(knownOf(hive!));
    });

    itInPowershell("is read by the script as by the model", async () => {
      expect(await collectFrom(scripts!, index!)).toBe(await collectFrom(model, index!));
    });
  },
);
