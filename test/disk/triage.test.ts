import fc from "fast-check";
import {
  DiskError,
  findWindows,
  isWrittenBelow,
  MemorySource,
  openDiskImage,
  reservedSize,
  triage,
  type Triage,
} from "../../disk";
import { guestScript } from "../../guest/catalogue";
import { sentences } from "../../disk/triage/sentences";
import { CountingSource } from "./support/counting-source";
import { expectedOf, sampleBytes, sharedBytes } from "./support/samples";

/** Where a file's bytes lie in the image of a sample. */
async function placeOf(bytes: Buffer, path: string): Promise<number> {
  const windows = await findWindows(await openDiskImage(new MemorySource(bytes)));
  const [first] = (await (await windows!.volume.find(path))!.extents())!;
  return first!.at! + windows!.partition.offset;
}

/** The triage of a sample whose bytes were changed. */
async function triageChanged(name: string, change: (bytes: Buffer) => Promise<void> | void): Promise<Triage> {
  const bytes = sampleBytes(name);
  await change(bytes);
  return triage(new MemorySource(bytes));
}

const why = ({ searched }: Triage, path: string): string | undefined => searched.find((one) => one.path === path)?.why;

describe("a triage", () => {
  it("counts what it reads from the source, reads nothing twice, and tells each read with its purpose", async () => {
    const source = new CountingSource(new MemorySource(sharedBytes("gen2-dump")));
    const told: string[] = [];
    const answer = await triage(source, { onRead: ({ purpose }) => told.push(purpose) });
    expect(answer.reads).toMatchObject({ requests: source.reads.length, bytes: source.bytesRead });
    expect(new Set(source.reads.map((read) => read.offset)).size).toBe(source.reads.length);
    expect(told).toHaveLength(source.reads.length);
    expect(told).not.toContain("");
    expect(source.reads.length).toBeLessThanOrEqual(20);
  });

  it("takes the dump in the page file when there is no other", async () => {
    const answer = await triageChanged("gen2-dump", async (bytes) => {
      const dump = await placeOf(bytes, "\\Windows\\MEMORY.DMP");
      bytes.copy(bytes, await placeOf(bytes, "\\pagefile.sys"), dump, dump + 0x2000);
      bytes.fill(0, dump, dump + 8);
    });
    expect(answer).toMatchObject({
      dumpStatus: "in-page-file",
      dumps: [{ path: "C:\\pagefile.sys", bugCheck: expectedOf("gen2-dump").dump.bugCheck }],
    });
    expect(why(answer, "C:\\Windows\\MEMORY.DMP")).toBe(
      "named by CrashControl\\DumpFile: no dump, it begins with other bytes",
    );
  });

  it("names a file that is where the dump should be and is none", async () => {
    const answer = await triageChanged("gen2-dump", async (bytes) => {
      bytes.fill(0, await placeOf(bytes, "\\Windows\\MEMORY.DMP"), (await placeOf(bytes, "\\Windows\\MEMORY.DMP")) + 8);
    });
    expect(answer).toMatchObject({ dumpStatus: "not-found", dumps: [], reason: expect.stringContaining("no dump") });
  });

  it("does not call missing what damage hides, and finds it by its file record when told to", async () => {
    const bytes = sampleBytes("gen2-dump");
    const windows = await findWindows(await openDiskImage(new MemorySource(bytes)));
    const { record } = (await windows!.volume.find("\\Windows\\MEMORY.DMP"))!;
    const mft = (await (await windows!.volume.find("\\$MFT"))!.extents())!;
    const piece = mft.findLast(({ offset }) => offset <= record * 1024)!;
    // Its sequence number no longer is the one that the folder names.
    bytes[windows!.partition.offset + piece.at! + record * 1024 - piece.offset + 16]! ^= 1;
    const answer = await triage(new MemorySource(bytes));
    expect(answer).toMatchObject({ dumpStatus: "damaged", dumps: [] });
    expect(answer.nextSteps).toContain(sentences.nextScan);
    const scanned = await triage(new MemorySource(bytes), { scan: true });
    expect(scanned).toMatchObject({ dumpStatus: "found", dumps: [{ path: "C:\\Windows\\MEMORY.DMP" }] });
  });

  it("reads a dump that was not renamed yet below the file system, which may not know that it was written", async () => {
    const answer = await triageChanged("dump-not-renamed", async (bytes) => {
      const { partition, volume } = (await findWindows(await openDiskImage(new MemorySource(bytes))))!;
      const { record } = (await volume.find("\\DUMP4c1a.tmp"))!;
      const start = partition.offset + volume.mftCluster * volume.clusterSize + record * volume.recordSize;
      let attribute = start + bytes.readUInt16LE(start + 20);
      while (bytes.readUInt32LE(attribute) !== 0x80) attribute += bytes.readUInt32LE(attribute + 4);
      // The initialized size.
      bytes.writeBigUInt64LE(0n, attribute + 56);
    });
    expect(answer).toMatchObject({ dumpStatus: "found", dumps: [{ path: "C:\\DUMP4c1a.tmp", complete: true }] });
  });

  it("searches the default places when the registry is damaged", async () => {
    const answer = await triageChanged("gen2-dump", async (bytes) => {
      const hive = await placeOf(bytes, "\\Windows\\System32\\config\\SYSTEM");
      bytes.fill(0xff, hive + 4096, hive + 8192);
    });
    expect(answer).toMatchObject({
      dumpStatus: "found",
      crashControl: null,
      windows: { computerName: null, hiveDirty: null, productName: expectedOf("gen2-dump").windows.productName },
    });
    expect(why(answer, "C:\\Windows\\MEMORY.DMP")).toContain("the default place");
  });

  it("says that a disk without Windows holds none", async () => {
    expect(await triage(new MemorySource(Buffer.alloc(2 ** 20)))).toMatchObject({
      windows: null,
      dumpStatus: "no-windows-volume",
      disk: { partitioning: "none", partitions: [] },
    });
  });
});

it("answers or throws a DiskError, with few reads, whatever byte that it reads is damaged", async () => {
  const bytes = sampleBytes("gen2-dump");
  const whole = new CountingSource(new MemorySource(bytes));
  await triage(whole);
  const byte = fc
    .constantFrom(...whole.reads)
    .chain(({ offset, length }) => fc.integer({ min: offset, max: offset + length - 1 }));
  await fc.assert(
    fc.asyncProperty(byte, fc.integer({ min: 1, max: 255 }), async (at, change) => {
      bytes[at]! ^= change;
      const source = new CountingSource(new MemorySource(bytes));
      try {
        const { dumpStatus } = await triage(source);
        expect(["found", "damaged", "not-found", "in-page-file"]).toContain(dumpStatus);
      } catch (error) {
        expect(error).toBeInstanceOf(DiskError);
      } finally {
        bytes[at]! ^= change;
      }
      expect(source.reads.length).toBeLessThanOrEqual(60);
    }),
    { numRuns: 150 },
  );
});

describe("a dump in a file that Windows keeps ready", () => {
  it.each([
    ["what its header says", 64, 0x5000, 0x5000],
    ["no more than the file", 64, 0x9000, 0x8000],
    ["all of the file when the header does not say", 64, null, 0x8000],
    ["all of the file when a header of 8 KiB says less than itself", 64, 0x1fff, 0x8000],
    ["all of the file when a header of 4 KiB says less than itself", 32, 0x200, 0x8000],
    ["the header alone when it says so", 32, 0x1000, 0x1000],
  ] as const)("has %s", (_, bits, requiredSize, size) => {
    expect(reservedSize({ bits, requiredSize }, 0x8000)).toBe(size);
  });

  it("is written below the file system, and so is what Windows took out of it and did not rename yet", () => {
    expect(isWrittenBelow({ kind: "page-file", path: "C:\\pagefile.sys" })).toBe(true);
    expect(isWrittenBelow({ kind: "dedicated", path: "C:\\dedicated.sys" })).toBe(true);
    expect(isWrittenBelow({ kind: "dump", path: "C:\\DUMP4c1a.tmp" })).toBe(true);
    expect(isWrittenBelow({ kind: "dump", path: "C:\\Windows\\MEMORY.DMP" })).toBe(false);
  });
});

it("says the same as the script on the repair VM where the case is the same", () => {
  const script = guestScript("collect-dump");
  const said = (key: string): string => new RegExp(`^\\s+'${key}'\\s+= '(.*)'$`, "m").exec(script)![1]!;
  const same: Partial<Record<keyof typeof sentences, string>> = {
    hiveRead: "hive-read",
    hiveProblem: "hive-problem",
    hiveMissing: "hive-missing",
    placeDumpFile: "place-dump-file",
    placeDefault: "place-default",
    placeDedicated: "place-dedicated",
    placeTemporary: "place-temporary",
    placeMinidump: "place-minidump",
    placePageFile: "place-page-file",
    foundBest: "found-best",
    foundOther: "found-other",
    foundLive: "found-live",
    foundForeign: "found-foreign",
    foundShort: "found-short",
    absent: "absent",
    absentFolder: "absent-folder",
    otherDrive: "other-drive",
    unreadable: "unreadable",
    pageFileArmed: "page-file-armed",
    pageFileIdle: "page-file-idle",
    selectNone: "select-none",
    selectOther: "select-other",
    selectFailed: "select-failed",
    placeVolume: "place-volume",
    placeLive: "place-live",
    placeProgram: "place-program",
    foundUserMode: "found-user-mode",
    unclearPath: "unclear-path",
    reservedShort: "reserved-short",
    reservedUnsure: "reserved-unsure",
    remarkCutOff: "remark-cut-off",
    remarkEndMissing: "remark-end-missing",
    remarkSmallFile: "remark-small-file",
    remarkEncrypted: "remark-encrypted",
    remarkEarlier: "remark-earlier",
    volumeNone: "volume-none",
    liveNone: "live-none",
    liveSome: "live-some",
    programNone: "program-none",
    programSome: "program-some",
    reasonCutOff: "reason-cut-off",
    reasonNewerCutOff: "reason-newer-cut-off",
    reasonEarlier: "reason-earlier",
    reasonPageFile: "reason-page-file",
    reasonDisabled: "reason-disabled",
    reasonOtherDrive: "reason-other-drive",
    reasonTemporaryPages: "reason-temporary-pages",
    reasonNoPageFile: "reason-no-page-file",
    reasonDamaged: "reason-damaged",
    reasonLost: "reason-lost",
    reasonNever: "reason-never",
    reasonUnknown: "reason-unknown",
    noteFull: "note-full",
    noteClient: "note-client",
    noteLimit: "note-limit",
    notePagesElsewhere: "note-pages-elsewhere",
    nextSpace: "next-space",
    nextEnable: "next-enable",
    nextPageFile: "next-page-file",
    nextReset: "next-reset",
  };
  for (const [ours, theirs] of Object.entries(same)) {
    const sentence: any = sentences[ours as keyof typeof sentences];
    expect(typeof sentence === "string" ? sentence : sentence("{0}", "{1}", "{2}")).toBe(said(theirs));
  }
});
