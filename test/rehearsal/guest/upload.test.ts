import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { blockSizeOf } from "../../../rehearsal/guest/model/upload-file";
import type { Guest, GuestMachine, GuestResult } from "../../../rehearsal/guest";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { fixture } from "./support/disk";
import { inAnHour, machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, mount, POWERSHELL } from "./support/run";
import { startStore, type Refusal, type Store } from "./support/store";

jest.setTimeout(60_000);

const MIB = 1024 ** 2;
const BLOB = "/account/dumps/vm1/run%201/MEMORY.DMP";

/** The dump of the fixture: what make.py wrote, but read here from the raw disk by its marks. */
function dumpOf(disk: Buffer): Buffer {
  const start = disk.indexOf("PAGEDU64");
  const dump = Buffer.alloc(17 * MIB);
  disk.copy(dump, 0, start, start + 0x2000);
  dump.write("END.", dump.length - 4);
  return dump;
}

let [folder, store] = ["", null! as Store];
let guests: Readonly<Record<"model" | "powershell", Guest>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-upload-"));
  store = await startStore(folder);
  const options = { workFolder: folder, mounts: new Mounts(), secondsFactor: 0.001 };
  guests = {
    model: await startGuest({ ...options, powershell: null }),
    powershell: await startGuest({ ...options, powershell: POWERSHELL }),
  };
});
beforeEach(() => store.clear());
afterAll(async () => {
  await Promise.all([guests.model.stop(), guests.powershell.stop(), store.stop()]);
  await rm(folder, { recursive: true });
});

/** Mounts with the model, which is quick, and collects. The dump of "names" is small, for what is sent many times. */
async function collectIn(
  where: "model" | "powershell",
  changes: Partial<GuestMachine> = {},
  disk: "dump" | "names" = "dump",
): Promise<GuestResult> {
  const machine = machineWith(fixture(disk), { caFile: store.caFile, ...changes });
  const { windowsRoot } = answerOf(await mount(guests.model, machine));
  return collect(guests[where], machine, store.containerUrl, windowsRoot);
}

/** Refuses the first requests, one after the other. */
function refuseFirst(...refusals: Refusal[]): void {
  store.refuse = (_, number) => refusals[number] ?? null;
}

const NO_RIGHTS = { status: 403, code: "AuthorizationPermissionMismatch" };

describe.each(["model", "powershell"] as const)("in %s", (where) => {
  const test = where === "model" ? it : itInPowershell;

  test("a dump arrives whole, in blocks of 8 MiB, with the token, its hash and where it is from", async () => {
    const answer = answerOf(await collectIn(where));

    const dump = dumpOf(fixture("dump"));
    const sha256 = createHash("sha256").update(dump).digest("hex");
    expect(answer).toMatchObject({ status: "collected", dumpSha256: sha256, dumpSize: dump.length });
    expect(answer.dumpBlobUrl).toBe(`${new URL(store.containerUrl).origin}${BLOB}`);
    const blob = store.blobs.get(BLOB)!;
    expect(blob.bytes.equals(dump)).toBe(true);
    expect(blob.headers).toMatchObject({
      "x-ms-blob-content-type": "application/octet-stream",
      "x-ms-meta-sha256": sha256,
      "x-ms-meta-bugcheck": "0xC000021A",
      "x-ms-meta-crashtime": "2025-11-26T08:00:00.1234567Z",
      "x-ms-meta-sourcevm":
        "/subscriptions/s/resourceGroups/gr%C3%B6%C3%9Fe/providers/Microsoft.Compute/virtualMachines/vm1",
      "x-ms-meta-snapshot": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/snapshots/snap",
    });
    const seen = store.requests.map(({ method, query }) => `${method} ${query.get("comp") ?? "blob"}`);
    expect(seen).toEqual([
      ...["HEAD blob", "GET blocklist"],
      ...["PUT block", "PUT block", "PUT block"],
      ...["PUT blocklist", "HEAD blob"],
    ]);
    const sizes = store.requests.filter(({ query }) => query.get("comp") === "block").map(({ length }) => length);
    expect(sizes.sort((a, b) => b - a)).toEqual([8 * MIB, 8 * MIB, MIB]);
    for (const { headers } of store.requests) {
      expect(headers).toMatchObject({ authorization: "Bearer first", "x-ms-version": "2023-11-03" });
    }
  });

  test("what passes by itself is waited out, and an expired token is renewed", async () => {
    const tokens = ["first", "second"];
    refuseFirst(NO_RIGHTS, NO_RIGHTS, { status: 401 }, { status: 503, retryAfter: 7 }, { status: 429 }, null);

    const result = await collectIn(where, {
      token: (resource) =>
        Promise.resolve({ access_token: tokens.shift() ?? "third", expires_on: inAnHour(), resource }),
    });

    expect(answerOf(result).status).toBe("collected");
    expect(store.blobs.get(BLOB)!.bytes.equals(dumpOf(fixture("dump")))).toBe(true);
    expect(store.requests.map(({ headers }) => headers.authorization)).toEqual([
      ...["Bearer first", "Bearer first", "Bearer first"],
      ...Array<string>(9).fill("Bearer second"),
    ]);
    const waits = result.output.split("\n").filter((line) => line.startsWith("the store answered"));
    expect(waits).toEqual([
      "the store answered 403 AuthorizationPermissionMismatch; trying again in 2 seconds (0 of 600 waited)",
      "the store answered 403 AuthorizationPermissionMismatch; trying again in 4 seconds (2 of 600 waited)",
      "the store answered 503; trying again in 8 seconds (6 of 300 waited)",
      "the store answered 429; trying again in 16 seconds (14 of 300 waited)",
    ]);
  });

  test("a store that refuses for ten minutes is an answer, with what to do", async () => {
    store.refuse = () => NO_RIGHTS;

    const answer = answerOf(await collectIn(where, {}, "names"));

    expect(answer).toMatchObject({
      status: "upload-refused",
      dumpPath: expect.stringContaining("F:\\Windows\\Minidump\\"),
      dumpBlobUrl: null,
      dumpSha256: null,
      bugCheck: { code: "0xD1" },
      reason: expect.stringMatching(
        /^The store refused the upload for 6\d\d seconds: 403 AuthorizationPermissionMismatch\.$/,
      ),
      nextSteps: [
        expect.stringContaining("Storage Blob Data Contributor"),
        expect.stringContaining("F:\\Windows\\Minidump\\"),
      ],
    });
    expect(store.blobs.size).toBe(0);
  });
});

const REFUSALS: readonly { name: string; refusal: Refusal; reason: string; step: string }[] = [
  {
    name: "a firewall",
    refusal: { status: 403, code: "AuthorizationFailure" },
    reason: "403 AuthorizationFailure.",
    step: "through the firewall of the storage account",
  },
  {
    name: "a container that is not there",
    refusal: { status: 404, code: "ContainerNotFound" },
    reason: "The store refused the upload: 404 ContainerNotFound.",
    step: "See that the container https://127.0.0.1",
  },
];

it.each(REFUSALS)("$name is named", async ({ refusal, reason, step }) => {
  store.refuse = () => refusal;

  const answer = answerOf(await collectIn("model", {}, "names"));

  expect(answer).toMatchObject({
    status: "upload-refused",
    reason: expect.stringContaining(reason),
    nextSteps: [expect.stringContaining(step), expect.any(String)],
  });
});

it("a store that cannot be reached is named", async () => {
  const machine = machineWith(fixture("names"), { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(guests.model, machine));

  const answer = answerOf(await collect(guests.model, machine, "https://127.0.0.1:1/account/dumps", windowsRoot));

  expect(answer).toMatchObject({
    status: "upload-refused",
    reason: expect.stringMatching(/could not be reached for 3\d\d seconds: .*ECONNREFUSED/),
    nextSteps: [expect.stringContaining("has a way to 127.0.0.1"), expect.any(String)],
  });
});

itInPowershell("a VM without the identity is told by both with one sentence", async () => {
  const changes = { token: () => Promise.reject(new Error("Identity not found")) };

  const [script, modelled] = [
    answerOf(await collectIn("powershell", changes)),
    answerOf(await collectIn("model", changes)),
  ];

  expect(script).toMatchObject({
    status: "upload-refused",
    reason: "This VM got no token for its identity 11111111-2222-3333-4444-555555555555: 400.",
    nextSteps: [expect.stringContaining("user-assigned identity")],
  });
  expect(script).toEqual(modelled);
});

itInPowershell("blocks are as large as the service wants them, whatever the size of the file", async () => {
  const sizes = [
    0,
    1,
    8 * MIB,
    8 * MIB + 1,
    2 ** 31,
    20 * 2 ** 30,
    50_000 * 8 * MIB,
    50_000 * 8 * MIB + 1,
    5 * 2 ** 40,
  ];
  const part = await readFile(join(__dirname, "..", "..", "..", "guest", "parts", "blob-upload.ps1"), "utf8");
  const script = `Set-StrictMode -Version 2.0\n$Text = @{}\n${part}\nforeach ($size in ${sizes.join(", ")}) { Get-BlockSize $size }`;

  const result = await guests.powershell.run(machineWith(null), { script, parameters: [], timeoutSeconds: 60 });

  const blocks = result.output.trim().split("\n").map(Number);
  expect(blocks).toEqual(sizes.map(blockSizeOf));
  for (const [index, size] of sizes.entries()) expect(Math.ceil(size / blocks[index]!)).toBeLessThanOrEqual(50_000);
  expect(blocks.slice(0, 7)).toEqual([1, 1, 8 * MIB, 8 * MIB, 8 * MIB, 8 * MIB, 8 * MIB]);
});
