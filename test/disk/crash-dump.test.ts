import fc from "fast-check";
import { CachedSource, MemorySource, readDumpHeader, type DumpHeader } from "../../disk";
import { writeDump, type MemoryDumpFacts } from "../../rehearsal/disks/build/dump-writer";
import { corpusDumps, describeCorpus, unpack } from "./support/corpus";

const facts: MemoryDumpFacts = {
  code: 0xc000021a,
  parameters: [0xffff_8a00_0000_0001n, 0xc000_0006n, 0x8a00_0000_0020_0121n, 2n ** 64n - 1n],
  build: 26100,
  time: new Date("2026-02-03T04:05:06.789Z"),
  upTimeSeconds: 12.5,
  processors: 2,
  pages: 10,
  message: "Windows Logon Process",
};

function header(bytes: Uint8Array): Promise<DumpHeader | null> {
  return readDumpHeader(new CachedSource(new MemorySource(bytes)));
}

function changed(change: (dump: Buffer) => void): Promise<DumpHeader | null> {
  const dump = writeDump(facts);
  change(dump);
  return header(dump);
}

describe("readDumpHeader", () => {
  it("reads every field that was written", async () => {
    const dump = writeDump(facts);
    expect(await header(dump)).toStrictEqual({
      bits: 64,
      bugCheck: {
        code: "0xC000021A",
        name: "WINLOGON_FATAL_ERROR",
        parameters: ["0xFFFF8A0000000001", "0xC0000006", "0x8A00000000200121", "0xFFFFFFFFFFFFFFFF"],
        status: "0xC0000006",
        statusName: "STATUS_IN_PAGE_ERROR",
      },
      kind: "bitmap-kernel",
      dumpType: 6,
      build: 26100,
      systemTime: "2026-02-03T04:05:06.7890000Z",
      upTime: 12.5,
      machine: "AMD64",
      processors: 2,
      requiredSize: dump.length,
      attributes: [],
      live: false,
      complete: true,
    });
  });

  it("takes an NTSTATUS that is extended by its sign for what it is", async () => {
    const found = await changed((dump) => dump.writeBigUInt64LE(0xffff_ffff_c000_0428n, 0x48));
    expect(found?.bugCheck).toMatchObject({ status: "0xC0000428", statusName: "STATUS_INVALID_IMAGE_HASH" });
  });

  it("gives no status for another bug check", async () => {
    const found = await changed((dump) => dump.writeUInt32LE(0x7b, 0x38));
    expect(found?.bugCheck).toMatchObject({
      code: "0x7B",
      name: "INACCESSIBLE_BOOT_DEVICE",
      status: null,
      statusName: null,
    });
  });

  it("tells a dump that is cut off", async () => {
    const dump = writeDump(facts);
    expect((await header(dump.subarray(0, dump.length - 1)))?.complete).toBe(false);
  });

  it("takes fields that were never filled in for absent", async () => {
    const found = await changed((dump) => {
      for (const at of [0xfa0, 0xfa8, 0x1030]) dump.write("PAGEPAGE", at, "latin1");
      dump.write("PAGE", 0x1050, "latin1");
    });
    expect(found).toMatchObject({ requiredSize: null, systemTime: null, upTime: null, attributes: [], complete: null });
  });

  it("tells a live dump from a crash", async () => {
    const found = await changed((dump) => dump.writeUInt32LE(0x12, 0x1050));
    expect(found).toMatchObject({ attributes: ["dump-device-powered-off", "live-dump"], live: true });
  });

  it.each([
    [1, "full"],
    [4, "minidump"],
    [5, "bitmap-full"],
    [9, "unknown-9"],
  ])("calls DumpType %d %s", async (type, kind) => {
    expect((await changed((dump) => dump.writeUInt32LE(type, 0xf98)))?.kind).toBe(kind);
  });

  it("reads no more than the header of a dump that is no minidump", async () => {
    const dump = writeDump({ ...facts, pages: 400 });
    let furthest = 0;
    await readDumpHeader({
      size: dump.length,
      read: (offset, length) => {
        furthest = Math.max(furthest, offset + length);
        return Promise.resolve(dump.subarray(offset, offset + length));
      },
    });
    expect(furthest).toBe(0x2000);
  });

  it("answers null for anything that does not begin like a dump", () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 9000 }), async (bytes) => {
        fc.pre(!Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from("PAGE")));
        expect(await header(bytes)).toBeNull();
      }),
      { numRuns: 100 },
    ));

  it("answers a header for any bytes behind the signature", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom("PAGEDU64", "PAGEDUMP"),
        fc.uint8Array({ minLength: 0x2000, maxLength: 0x3000 }),
        async (start, bytes) => {
          Buffer.from(bytes.buffer, bytes.byteOffset).write(start, "latin1");
          const found = await header(bytes);
          expect(found?.bits).toBe(start === "PAGEDU64" ? 64 : 32);
          expect(found?.bugCheck.parameters).toHaveLength(4);
        },
      ),
      { numRuns: 60 },
    ));
});

describeCorpus("dumps of the corpus", corpusDumps(), (entry) => {
  const { facts: known } = entry;
  if (!known.bits) {
    it(`${entry.id} is no kernel dump`, async () => expect(await header(unpack(entry.file))).toBeNull());
    return;
  }

  it(`${entry.id} has the header that other readers see`, async () => {
    const dump = unpack(entry.file);
    const found = await header(dump);
    const short = (hex: string): string => `0x${BigInt(hex).toString(16).toUpperCase()}`;
    expect(found).toMatchObject({
      bits: known.bits,
      dumpType: known.dumpType,
      build: known.build,
      systemTime: known.systemTime,
      upTime: known.uptimeSeconds,
      machine: known.machineName.startsWith("ARMNT") ? "ARM" : known.machineName,
      processors: known.processors,
      requiredSize: known.requiredDumpSpace,
      complete: !known.truncated,
      live: false,
    });
    expect(found?.bugCheck.code).toBe(short(known.bugCheckCode));
    expect(found?.bugCheck.parameters).toStrictEqual(known.parameters.map(short));
    for (const length of [dump.length - 1, Math.floor(dump.length / 2)]) {
      expect((await header(dump.subarray(0, length)))?.complete).toBe(false);
    }
  });
});
