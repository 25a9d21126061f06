import { findWindows, MemorySource, openDiskImage, openHive, readDumpHeader } from "../../disk";
import { CountingSource } from "./support/counting-source";
import { expectedOf, sharedBytes } from "./support/samples";

/** A cold triage of a sample: where is the dump, and of what. */
async function triage(scope: "windows" | "all"): Promise<{ code: string | undefined; reads: number; bytes: number }> {
  const source = new CountingSource(new MemorySource(sharedBytes("gen2-dump")));
  const windows = await findWindows(await openDiskImage(source, { scope }));
  const hive = await openHive(windows!, "SYSTEM");
  const current = (await (await hive!.key("Select"))!.value("Current"))!.asNumber();
  const key = await hive!.key(`ControlSet00${current}\\Control\\CrashControl`);
  const path = (await key!.value("DumpFile"))!.asString().replace(/%SystemRoot%/i, windows!.systemRoot);
  const dump = await windows!.volume.find(path);
  const header = await readDumpHeader(await dump!.open());
  return { code: header?.bugCheck.code, reads: source.reads.length, bytes: source.bytesRead };
}

describe("a cold triage", () => {
  const { code } = expectedOf("gen2-dump").dump.bugCheck;

  it("takes at most 12 requests and 0.8 MB when only Windows is looked for", async () => {
    const plan = await triage("windows");
    expect(plan.code).toBe(code);
    expect(plan.reads).toBeLessThanOrEqual(12);
    expect(plan.bytes).toBeLessThanOrEqual(800_000);
  });

  it("takes at most 15 requests and 1 MB when all partitions are looked at", async () => {
    const plan = await triage("all");
    expect(plan.code).toBe(code);
    expect(plan.reads).toBeLessThanOrEqual(15);
    expect(plan.bytes).toBeLessThanOrEqual(1_000_000);
  });
});

it("no block of the disk is read twice", async () => {
  const source = new CountingSource(new MemorySource(sharedBytes("gen2-dump")));
  const windows = await findWindows(await openDiskImage(source));
  for (const folder of ["\\", "\\Windows", "\\Windows\\System32", "\\Windows\\System32\\config"]) {
    await windows!.volume.list(folder);
    await windows!.volume.find(`${folder}\\missing`);
  }
  const starts = source.reads.map((read) => read.offset);
  expect(new Set(starts).size).toBe(starts.length);
});
