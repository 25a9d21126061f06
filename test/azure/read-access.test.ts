import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diskReference } from "../../azure/disk-reference";
import { withReadAccess, type AccessOptions } from "../../azure/read-access";
import { principalOf } from "../../azure/principal";
import { sampleFile } from "../disk/support/samples";
import { GROUP, LOCATION, startFixture, type Fixture } from "../rehearsal/arm/simulator/fixture";

const QUICK = { updateIntervalInMs: 20 };
const sample = sampleFile("gen1-no-dump");

let azure: Fixture;
let options: AccessOptions;
let id: string;
let notes: string[];

beforeAll(async () => {
  azure = await startFixture({ diskFile: sample });
  const creationData = { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId };
  const wanted = { location: LOCATION, creationData };
  id = (await azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "held", wanted, QUICK)).id!;
});

afterAll(() => azure.stop());

beforeEach(() => {
  notes = [];
  options = {
    credential: azure.credential,
    armEndpoint: azure.simulator.armEndpoint,
    seconds: 600,
    isOwn: true,
    onNote: (note) => notes.push(note),
  };
});

const state = async (): Promise<string | undefined> => (await azure.compute.snapshots.get(GROUP, "held")).diskState;

it("lasts as long as the work, whose error comes through", async () => {
  const work = withReadAccess(diskReference(id)!, options, async (url) => {
    expect([await state(), new URL(url).searchParams.has("sig")]).toEqual(["ActiveSAS", true]);
    throw new Error("in the middle");
  });
  await expect(work).rejects.toThrow("in the middle");
  expect([await state(), notes]).toEqual(["Unattached", []]);
});

it("ends what a killed run left, where the snapshot is the caller's own", async () => {
  const left = { access: "Read", durationInSeconds: 600 };
  await azure.compute.snapshots.beginGrantAccessAndWait(GROUP, "held", left, QUICK);
  await withReadAccess(diskReference(id)!, options, () => Promise.resolve());
  expect(await state()).toBe("Unattached");
});

it("ends nothing when Azure refused it", async () => {
  const ended = (): number => readFileSync(azure.simulator.auditLog, "utf8").split("/endGetAccess").length;
  const before = ended();
  await azure.compute.snapshots.beginUpdateAndWait(GROUP, "held", { networkAccessPolicy: "DenyAll" }, QUICK);
  const work = withReadAccess(diskReference(id)!, options, () => Promise.resolve());
  await expect(work).rejects.toThrow("Azure gives no read access to the snapshot held: 409");
  expect([ended() - before, notes]).toEqual([0, []]);
  await azure.compute.snapshots.beginUpdateAndWait(GROUP, "held", { networkAccessPolicy: "AllowAll" }, QUICK);
});

it("tells when it could not be given back, and how to do it by hand", async () => {
  await withReadAccess(diskReference(id)!, options, async () => {
    await azure.compute.snapshots.beginRevokeAccessAndWait(GROUP, "held", QUICK);
    await azure.compute.snapshots.beginDeleteAndWait(GROUP, "held", QUICK);
  });
  expect(notes).toEqual([expect.stringContaining(`az snapshot revoke-access --ids ${id}`)]);
  const creationData = { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId };
  const wanted = { location: LOCATION, creationData };
  await azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "held", wanted, QUICK);
});

it.each(["SIGINT", "SIGTERM"] as const)("is given back when %s ends the program", async (signal) => {
  const program = join(__dirname, "support", "hold-access.ts");
  const compiler = join(__dirname, "..", "..", "compile-on-demand.js");
  const child = spawn(process.execPath, ["--require", compiler, program, id], {
    env: { ...process.env, ...azure.simulator.environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", (_code, by) => resolve(by)));
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (text: Buffer) => text.toString().includes("reading") && resolve());
  });
  expect(await state()).toBe("ActiveSAS");
  child.kill(signal);
  expect(await ended).toBe(signal);
  expect(await state()).toBe("Unattached");
});

it("is asked for by whoever is signed in", async () => {
  expect(await principalOf(options)).toEqual({
    objectId: azure.simulator.core.objectId,
    type: "ServicePrincipal",
  });
});
