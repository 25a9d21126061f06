import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { guestScript } from "../../../guest/catalogue";
import { samples } from "../../../rehearsal/disks";
import type { Expected } from "../../../rehearsal/disks/build/expected";
import type { Guest } from "../../../rehearsal/guest";
import { scriptTable } from "../../../rehearsal/guest/model/script-table";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { sha256 } from "../../disk/support/hash";
import { expectedOf, sampleBytes } from "../../disk/support/samples";
import { machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { startStore, type Store } from "./support/store";

/** What the scripts and the model say about one sample. */
interface Answers {
  readonly mount: string;
  readonly collection: string;
  /** SHA-256 of what is in the store. */
  readonly stored: string | null;
  readonly diskChanged: boolean;
}

const sentences = scriptTable(guestScript("collect-dump"), "Text");

let [folder, store] = ["", null! as Store];
let model: Guest;
/** One PowerShell for all samples, since starting it takes longer than a script runs. */
let shared: SharedPowershell | null = null;
let scripts: Guest | null = null;

jest.setTimeout(60_000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-samples-"));
  store = await startStore(folder);
  model = await startGuest({ workFolder: folder, powershell: null });
  if (POWERSHELL === null) return;
  shared = new SharedPowershell(POWERSHELL);
  scripts = await startGuest({ workFolder: folder, powershell: POWERSHELL, shared });
});

afterAll(async () => {
  await shared?.stop();
  await Promise.all([model.stop(), scripts?.stop(), store.stop()]);
  await rm(folder, { recursive: true });
});

/** Mounts and collects, each time on a repair VM of its own. */
async function answersOf(guest: Guest, name: string): Promise<Answers> {
  // Windows sees the disk without the footer of the VHD.
  const disk = sampleBytes(name).subarray(0, -512);
  const before = sha256(disk);
  store.clear();
  const machine = machineWith(disk, { caFile: store.caFile });
  const mounted = await mount(guest, machine);
  const collected = await collect(guest, machine, store.containerUrl, answerOf(mounted).windowsRoot ?? "");
  answerOf(collected);
  const [blob] = store.blobs.values();
  return {
    mount: lastLine(mounted),
    collection: lastLine(collected),
    stored: blob ? sha256(blob.bytes) : null,
    diskChanged: sha256(disk) !== before,
  };
}

/** A sentence of the scripts, with any text in its places; more may follow. */
function sentence(key: string): any {
  const text = sentences.get(key);
  if (text === undefined) throw new Error(`the scripts have no sentence ${key}`);
  const literal = text.split(/\{\d\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return expect.stringMatching(new RegExp(`^${literal.join(".*")}(?:;? .*)?$`, "s"));
}

/** What the collection must answer. */
function collectionOf({ mount: { status }, dumpStatus, dump, crashControl, windows, says }: Expected): object {
  const { dumpEnabled, dumpFile, minidumpDir, autoReboot } = crashControl ?? {};
  return {
    status: status === "mounted" ? dumpStatus : "not-mounted",
    dumpPath: dump && (dump.drive ?? "F:") + dump.path,
    dumpSize: dump?.size ?? null,
    dumpSha256: dump?.sha256 ?? null,
    bugCheck: dump?.bugCheck ?? null,
    systemTime: dump?.systemTime ?? null,
    build: dump?.build ?? null,
    dumpKind: dump?.kind ?? null,
    crashControl: crashControl && {
      ...{ dumpEnabled, dumpFile, minidumpDir, autoReboot: autoReboot === 1 },
      controlSet: windows?.controlSet,
    },
    reason: says.reason === null ? null : sentence(says.reason),
    nextSteps: says.nextSteps.map(sentence),
    searched: expect.arrayContaining(says.searched.map(({ why, ...place }) => ({ ...place, why: sentence(why) }))),
  };
}

describe.each(samples)("sample $name", ({ name }) => {
  const expected: Expected = expectedOf(name);
  let modelled: Answers;

  it("is answered right by the model", async () => {
    modelled = await answersOf(model, name);

    expect(JSON.parse(modelled.mount)).toMatchObject(expected.mount);
    expect(JSON.parse(modelled.collection)).toMatchObject(collectionOf(expected));
    expect(modelled.collection.length).toBeLessThanOrEqual(3500);
    expect(modelled.stored).toBe(expected.dump?.sha256 ?? null);
    expect(modelled.diskChanged).toBe(false);
  });

  itInPowershell("is answered by the scripts with the very lines of the model", async () => {
    expect(await answersOf(scripts!, name)).toEqual(modelled);
  });
});
