import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Guest, GuestResult } from "../../../rehearsal/guest";
import { SharedPowershell } from "../../../rehearsal/guest/powershell/shared-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { sha256 } from "../../disk/support/hash";
import { fixture } from "./support/disk";
import { machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, lastLine, mount, POWERSHELL } from "./support/run";
import { startStore, type Store } from "./support/store";

jest.setTimeout(60_000);

const BLOB = "/account/dumps/vm1/run%201/MEMORY.DMP";
const [MARK, OTHER_MARK] = ["END.", "end!"];

let [folder, store] = ["", null! as Store];
/** One PowerShell for the runs that nobody kills. */
let shared: SharedPowershell | null = null;
let guests: Readonly<Record<"model" | "powershell" | "killed", Guest>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-resume-"));
  store = await startStore(folder);
  if (POWERSHELL !== null) shared = new SharedPowershell(POWERSHELL);
  const options = { workFolder: folder, mounts: new Mounts(), secondsFactor: 0.001 };
  guests = {
    model: await startGuest({ ...options, powershell: null }),
    powershell: await startGuest({ ...options, powershell: POWERSHELL, ...(shared ? { shared } : {}) }),
    killed: await startGuest({ ...options, powershell: POWERSHELL }),
  };
});
beforeEach(() => store.clear());
afterAll(async () => {
  await shared?.stop();
  await Promise.all([...Object.values(guests).map((guest) => guest.stop()), store.stop()]);
  await rm(folder, { recursive: true });
});

/** The disk whose dump is of three blocks; the other one differs in the last of them. */
function diskWith(mark: string): Buffer {
  const disk = fixture("dump");
  disk.write(mark, disk.indexOf(MARK));
  return disk;
}

async function run(guest: Guest, disk: Buffer, signal?: AbortSignal): Promise<GuestResult> {
  const machine = machineWith(disk, { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(guests.model, machine));
  return collect(guest, machine, store.containerUrl, windowsRoot, {}, signal);
}

/** Numbers of the blocks that were sent since the last time this was asked. */
function blocksSent(): number[] {
  const ids = store.requests.splice(0).map(({ query }) => query.get("blockid"));
  const numbers = ids.filter((id) => id !== null).map((id) => Number(Buffer.from(id, "base64").toString().slice(0, 6)));
  return numbers.sort();
}

describe.each(["model", "powershell"] as const)("in %s", (where) => {
  const test = where === "model" ? it : itInPowershell;

  test("what an earlier run left is not sent again, unless the file has changed there since", async () => {
    store.refuse = ({ query, method }) =>
      method === "PUT" && query.get("comp") === "blocklist" ? { status: 409, code: "LeaseLost" } : null;
    expect(answerOf(await run(guests[where], diskWith(MARK))).status).toBe("upload-refused");
    expect(blocksSent()).toEqual([0, 1, 2]);
    store.refuse = () => null;

    const result = await run(guests[where], diskWith(OTHER_MARK));

    expect(result.output).toContain("an earlier run left 3 blocks in the store");
    expect(blocksSent()).toEqual([2]);
    const { bytes } = store.blobs.get(BLOB)!;
    expect(bytes.subarray(-4).toString()).toBe(OTHER_MARK);
    expect(answerOf(result)).toMatchObject({ status: "collected", dumpSha256: sha256(bytes) });
  });

  test("a run that was killed is taken up by the next one", async () => {
    const killed = new AbortController();
    let blocks = 0;
    store.refuse = ({ query }) => {
      if (query.get("comp") !== "block" || blocks++ === 0) return null;
      killed.abort();
      return "reset";
    };
    const first = await run(where === "model" ? guests.model : guests.killed, diskWith(MARK), killed.signal);
    expect(first.exitCode).not.toBe(0);
    expect(store.blobs.size).toBe(0);
    const left = store.waiting.get(BLOB)!.size;
    expect(left).toBeGreaterThan(0);
    blocksSent();
    store.refuse = () => null;

    const second = answerOf(await run(guests[where], diskWith(MARK)));

    expect(blocksSent()).toHaveLength(3 - left);
    expect(second).toMatchObject({ status: "collected", dumpSha256: sha256(store.blobs.get(BLOB)!.bytes) });
  });

  test("a second run gives the same answer and sends nothing", async () => {
    const first = lastLine(await run(guests[where], diskWith(MARK)));
    blocksSent();

    const second = lastLine(await run(guests[where], diskWith(MARK)));

    expect(second).toBe(first);
    expect(store.requests.map(({ method }) => method)).toEqual(["HEAD"]);
  });

  test("blocks that another run took away meanwhile are sent once more", async () => {
    let lists = 0;
    store.refuse = ({ query, method }) => {
      if (method === "PUT" && query.get("comp") === "blocklist" && lists++ === 0) store.waiting.clear();
      return null;
    };

    const answer = answerOf(await run(guests[where], diskWith(MARK)));

    expect(blocksSent()).toEqual([0, 0, 1, 1, 2, 2]);
    expect(answer).toMatchObject({ status: "collected", dumpSha256: sha256(store.blobs.get(BLOB)!.bytes) });
  });
});

itInPowershell("a store that holds something else in the end is told by both with one sentence", async () => {
  store.refuse = ({ method }) => {
    const stored = store.blobs.get(BLOB);
    if (method === "HEAD" && stored) store.blobs.set(BLOB, { ...stored, bytes: stored.bytes.subarray(1) });
    return null;
  };

  const script = answerOf(await run(guests.powershell, diskWith(MARK)));
  store.blobs.clear();
  const modelled = answerOf(await run(guests.model, diskWith(MARK)));

  expect(script).toMatchObject({
    status: "upload-refused",
    reason: expect.stringMatching(/^The store holds something else than what was sent to https.*MEMORY\.DMP\.$/),
  });
  expect(script).toEqual(modelled);
});
