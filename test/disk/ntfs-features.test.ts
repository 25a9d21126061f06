import {
  CachedSource,
  CorruptNtfsError,
  MemorySource,
  NoSuchStreamError,
  NtfsVolume,
  OutOfRangeError,
  ReparsePointError,
} from "../../disk";
import { CountingSource } from "./support/counting-source";
import { fixtureBytes, knownStreams, fixtureFile } from "./support/fixtures";
import { hashOf, sha256 } from "./support/hash";
import { itWith, tool, toolBytes } from "./support/oracle";
import { filesBelow } from "./support/tree";

function open(bytes: Buffer): Promise<NtfsVolume> {
  return NtfsVolume.open(new CachedSource(new MemorySource(bytes)));
}

const geometry: Record<string, { clusterSize: number; recordSize: number; sectorSize: number }> = {
  features: { clusterSize: 4096, recordSize: 1024, sectorSize: 512 },
  "clusters-512": { clusterSize: 512, recordSize: 1024, sectorSize: 512 },
  "clusters-64k": { clusterSize: 65536, recordSize: 1024, sectorSize: 512 },
  "clusters-2m": { clusterSize: 2097152, recordSize: 1024, sectorSize: 512 },
  "records-4k": { clusterSize: 4096, recordSize: 4096, sectorSize: 4096 },
  scattered: { clusterSize: 4096, recordSize: 1024, sectorSize: 512 },
};

describe.each(Object.keys(geometry))("volume %s", (name) => {
  const bytes = fixtureBytes(name);

  it("has its geometry", async () => {
    const volume = await open(bytes);
    expect(volume).toMatchObject({ ...geometry[name], label: name, dirty: false, version: "3.1", problems: [] });
  });

  it("holds every stream that was written, found by its path in any case", async () => {
    const volume = await open(bytes);
    const changeCase = (path: string): string => path.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    for (const [path, stream, size, digest] of knownStreams(name)) {
      const file = await volume.find(changeCase(path));
      expect(file?.path).toBe(`\\${path}`);
      const source = await file!.open(stream);
      expect([path, stream, source.size, (await hashOf(source)).slice(0, 16)]).toStrictEqual([
        path,
        stream,
        size,
        digest,
      ]);
      expect(await file!.streams()).toContainEqual({ name: stream, size });
    }
  });

  it("lists every file that was written, and no other", async () => {
    const listed = (await filesBelow(await open(bytes))).filter((file) => !file.isDirectory && !file.reparse);
    const known = new Set(knownStreams(name).map(([path]) => `\\${path}`));
    expect(listed.map((file) => file.path).sort()).toStrictEqual([...known].sort());
  });

  it("finds no name that is not there, next to those that are", async () => {
    const volume = await open(bytes);
    for (const [path] of knownStreams(name).slice(0, 300)) expect(await volume.find(`${path}!`)).toBeNull();
  });

  it("answers the same when its boot sector and first file records are lost, and says so", async () => {
    const damaged = Buffer.from(bytes);
    const { mftCluster, clusterSize, recordSize } = await open(bytes);
    damaged.fill(0, 0, 512);
    damaged.fill(0xee, mftCluster * clusterSize, mftCluster * clusterSize + recordSize);
    const volume = await open(damaged);
    const [path, stream, , digest] = knownStreams(name).at(-1)!;
    expect((await hashOf(await (await volume.find(path))!.open(stream))).slice(0, 16)).toBe(digest);
    expect(volume.problems.join("\n")).toMatch(/File record 0 is damaged.*\n.*boot sector is damaged/s);
  });
});

describe.each(["features", "clusters-2m", "records-4k"])("volume %s", (name) => {
  const file = fixtureFile(name);

  itWith(["ntfscat"], "has the bytes that ntfscat prints", async () => {
    const volume = await open(fixtureBytes(name));
    const streams = knownStreams(name);
    const step = Math.ceil(streams.length / 8);
    for (const [path, stream] of streams.filter((_, index) => index % step === 0)) {
      const source = await (await volume.find(path))!.open(stream);
      const which = stream === "" ? [] : ["-n", stream];
      const printed = toolBytes("ntfscat", "-f", ...which, file, `/${path.replaceAll("\\", "/")}`);
      expect([path, stream, sha256(printed)]).toStrictEqual([path, stream, await hashOf(source)]);
    }
  });
});

describe("volume features", () => {
  const bytes = fixtureBytes("features");
  const file = fixtureFile("features");

  itWith(
    ["icat", "istat"],
    "has the bytes that icat prints for compressed, sparse and half-written files",
    async () => {
      const volume = await open(bytes);
      for (const path of [
        "packed\\text.log",
        "packed\\noise.bin",
        "packed\\mixed.bin",
        "packed\\zeros.bin",
        "sparse.bin",
        "initialized.bin",
      ]) {
        const found = (await volume.find(path))!;
        const source = await found.open();
        const printed = toolBytes("icat", file, String(found.record));
        expect([path, Buffer.compare(printed, await source.read(0, source.size))]).toStrictEqual([path, 0]);
      }
    },
  );

  it("answers any part of a compressed file", async () => {
    const source = await (await open(bytes)).find("packed\\mixed.bin").then((found) => found!.open());
    const whole = await source.read(0, source.size);
    for (const [offset, length] of [
      [0, 1],
      [65_535, 2],
      [99_999, 70_002],
      [source.size - 1, 1],
      [source.size, 0],
      [130_000, 180_000],
    ] as const) {
      expect(Buffer.compare(await source.read(offset, length), whole.subarray(offset, offset + length))).toBe(0);
    }
    await expect(source.read(source.size, 1)).rejects.toThrow(OutOfRangeError);
  });

  it("answers zeros past the initialized size, or the clusters when they are asked for", async () => {
    const found = (await (await open(bytes)).find("initialized.bin"))!;
    const zeros = await found.open();
    const clusters = await found.open("", { uninitialized: "clusters" });
    expect((await zeros.read(59_999, 3)).slice(1)).toStrictEqual(new Uint8Array(2));
    expect(Buffer.compare(await clusters.read(0, 60_000), await zeros.read(0, 60_000))).toBe(0);
    expect(Buffer.from(await clusters.read(60_000, 90_000)).every((byte) => byte === 0)).toBe(false);
  });

  it("follows junctions and links within the volume, and refuses those that leave it or go in a circle", async () => {
    const volume = await open(bytes);
    expect((await volume.find("\\junction\\FIRST.TXT"))?.path).toBe("\\links\\first.txt");
    expect((await volume.find("\\link to links\\link 7.txt"))?.path).toBe("\\links\\link 7.txt");
    expect((await volume.find("\\junction"))?.reparse).toMatchObject({
      kind: "mount-point",
      target: "\\??\\C:\\links",
    });
    await expect(volume.find("\\away\\first.txt")).rejects.toThrow(ReparsePointError);
    await expect(volume.find("\\away\\first.txt")).rejects.toThrow(/\\away leads to .*D:\\links/);
    await expect(volume.find("\\circle\\y")).rejects.toThrow(/more than 63 links/);
  });

  it.each([
    [2, 0, "WOF XPRESS4K"],
    [2, 1, "WOF LZX"],
    [2, 2, "WOF XPRESS8K"],
    [2, 3, "WOF XPRESS16K"],
    [2, 7, "WOF algorithm 7"],
    [1, 0, "WOF in an image (WIM)"],
  ])(
    "refuses a file of the overlay filter by the name of its compression (%d, %d)",
    async (provider, algorithm, form) => {
      const volume = await open(bytes);
      const { record } = (await volume.find("\\junction"))!;
      const changed = Buffer.from(bytes);
      const mount = Buffer.from("030000a0", "hex");
      const at = changed.indexOf(mount, volume.mftCluster * volume.clusterSize + record * volume.recordSize);
      [0x8000_0017, 16, 1, provider, 1, algorithm].forEach((value, index) =>
        changed.writeUInt32LE(value, at + index * 4),
      );
      const file = (await (await open(changed)).find("\\junction"))!;
      expect(file.reparse).toMatchObject({ kind: "wof", target: null });
      await expect(file.open()).rejects.toMatchObject({ name: "UnsupportedDiskError", form });
    },
  );

  it("finds names by the volume's own table of upper case", async () => {
    const volume = await open(bytes);
    expect((await volume.find("\\names\\ÄTHER"))?.name).toBe("äther");
    expect((await volume.find("\\NAMES\\кириллица"))?.name).toBe("Кириллица");
    // The German ß has no upper case in that table.
    expect(await volume.find("\\names\\STRASSE.LOG")).toBeNull();
  });

  it("reads the table of upper case only when a name above ASCII decides", async () => {
    const counting = new CountingSource(new MemorySource(bytes));
    const volume = await NtfsVolume.open(new CachedSource(counting));
    await volume.find("\\many\\a rather long name of a file 77.txt");
    const before = counting.bytesRead;
    await volume.find("\\names\\äpfel.txt");
    expect(before).toBeLessThan(600_000);
    expect(counting.bytesRead - before).toBeGreaterThanOrEqual(65_536);
  });

  it("says that a stream is not there", async () => {
    const found = (await (await open(bytes)).find("streams.txt"))!;
    await expect(found.open("other")).rejects.toThrow(NoSuchStreamError);
    await expect((await (await open(bytes)).find("links"))!.open()).rejects.toThrow(/it is a folder/);
  });

  it("is an error, not a missing file, when a name in the index is damaged", async () => {
    for (const [from, to] of [
      ["zebra", "zebrx"],
      ["Zoo", "Zoq"],
    ] as const) {
      const damaged = Buffer.from(bytes);
      const index = indexPositions(damaged, from);
      expect(index.length).toBeGreaterThan(0);
      for (const at of index) damaged.write(to, at, "utf16le");
      const volume = await open(damaged);
      await expect(volume.find(`\\names\\${from}`)).rejects.toThrow(CorruptNtfsError);
      expect((await volume.scan(from)).map((one) => one.path)).toStrictEqual([`\\names\\${from}`]);
    }
  });

  it("is an error, not a missing file, when a folder's record says that it is none", async () => {
    const volume = await open(bytes);
    for (const path of ["\\", "\\names"]) {
      const { record } = (await volume.find(path))!;
      const damaged = Buffer.from(bytes);
      // Flags of the record: in use, but no longer a folder. $MFT is in one piece up to here.
      damaged[volume.mftCluster * volume.clusterSize + record * volume.recordSize + 22] = 1;
      await expect(open(damaged).then((one) => one.find("\\names\\Zoo"))).rejects.toThrow(CorruptNtfsError);
    }
  });

  it("is an error, not a missing file, when an entry loses its way down", async () => {
    const volume = await open(bytes);
    const { record } = (await volume.find("\\many"))!;
    const start = volume.mftCluster * volume.clusterSize + record * volume.recordSize;
    const damaged = Buffer.from(bytes);
    // The first entry of the index root is flagged as one with a node below it.
    const root = damaged.indexOf(Buffer.from("2400490033003000", "hex"), start) + 8;
    const entry = root + 32;
    expect([root < start + volume.recordSize, damaged[entry + 12]]).toStrictEqual([true, 1]);
    damaged[entry + 12] = 0;
    const name = "\\many\\a rather long name of a file 7.txt";
    expect(await volume.find(name)).not.toBeNull();
    await expect(open(damaged).then((one) => one.find(name))).rejects.toThrow(/whether nodes are below it/);
  });

  it("is an error, not a missing file, when an entry is marked as the last of its node too early", async () => {
    const damaged = Buffer.from(bytes);
    // The flags of an entry stand 4 bytes before its key, and the name 66 bytes behind the start of that.
    for (const at of indexPositions(damaged, "zebra")) damaged[at - 66 - 4]! |= 2;
    const volume = await open(damaged);
    await expect(volume.find("\\names\\Zoo")).rejects.toThrow(/marks an entry as the last/);
    await expect(volume.list("\\names")).rejects.toThrow(CorruptNtfsError);
  });
});

/** Where a name stands in index blocks; the places in file records are left out. */
function indexPositions(image: Buffer, name: string): number[] {
  const wanted = Buffer.from(name, "utf16le");
  const positions = [];
  for (let at = image.indexOf(wanted); at >= 0; at = image.indexOf(wanted, at + 1)) {
    const block = at - (at % 4096);
    if (image.toString("latin1", block, block + 4) === "INDX") positions.push(at);
  }
  return positions;
}

describe("volume scattered", () => {
  const bytes = fixtureBytes("scattered");
  const file = fixtureFile("scattered");

  it("has a dump in hundreds of runs and a file table in several", async () => {
    const volume = await open(bytes);
    expect((await (await volume.find("\\Windows\\MEMORY.DMP"))!.runs()).length).toBeGreaterThan(200);
    expect((await (await volume.find("\\$MFT"))!.runs()).length).toBeGreaterThan(100);
  });

  itWith(["istat"], "has the runs that istat lists", async () => {
    const volume = await open(bytes);
    for (const path of ["\\Windows\\MEMORY.DMP", "\\$MFT"]) {
      const found = (await volume.find(path))!;
      const printed = await tool("istat", file, String(found.record));
      const data = printed.slice(printed.indexOf("Type: $DATA"));
      const list = data.slice(data.indexOf("\n"), !data.includes("Type:", 10) ? undefined : data.indexOf("Type:", 10));
      const clusters = [...list.matchAll(/\d+/g)].map((match) => Number(match[0]));
      const own = (await found.runs()).flatMap((run) =>
        Array.from({ length: run.clusters }, (_, index) => run.lcn! + index),
      );
      expect(own).toStrictEqual(clusters);
    }
  });
});
