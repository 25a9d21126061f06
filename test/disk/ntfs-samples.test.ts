import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findWindows, NtfsVolume, type Partition } from "../../disk";
import { samples } from "../../rehearsal/disks";
import { hashOf, sha256 } from "./support/hash";
import { itWith, tool, toolBytes } from "./support/oracle";
import { expectedOf, openSample, sampleFile } from "./support/samples";
import { filesBelow } from "./support/tree";

const sector = 512;

const readable = samples.map((sample) => sample.name).filter((name) => expectedOf(name).windows !== null);

describe.each(readable)("the volumes of sample %s", (name) => {
  const file = sampleFile(name);

  async function ntfsPartitions(): Promise<Partition[]> {
    return (await openSample(name)).partitions.filter((partition) => partition.fileSystem === "ntfs");
  }

  it("have the Windows folder where the recipe put it", async () => {
    const windows = await findWindows(await openSample(name));
    expect(windows?.partition.number).toBe(expectedOf(name).windows.partition);
    expect(windows?.volume.label).toBe("Windows");
    expect(windows?.volume.dirty).toBe(false);
    expect(windows?.systemRoot).toBe("\\Windows");
  });

  itWith(["tsk_recover"], "hold every file that sleuthkit finds, with the same bytes", async () => {
    for (const partition of await ntfsPartitions()) {
      const folder = mkdtempSync(join(tmpdir(), "recovered-"));
      try {
        await tool("tsk_recover", "-a", "-o", String(partition.offset / sector), file, folder);
        const recovered = readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .filter((path) => !relative(folder, path).startsWith("$"))
          .map((path) => [`\\${relative(folder, path).replaceAll("/", "\\")}`, sha256(readFileSync(path))]);
        const files = (await filesBelow(await NtfsVolume.open(partition.bytes))).filter((one) => !one.isDirectory);
        // sleuthkit does not recover empty files.
        const own = [];
        for (const one of files) if (one.size > 0) own.push([one.path, await hashOf(await one.open())]);
        expect(own.length).toBeGreaterThan(0);
        expect(own.sort()).toStrictEqual(recovered.sort());
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  });

  itWith(["fls"], "list the names, records and sizes that fls lists", async () => {
    for (const partition of await ntfsPartitions()) {
      const printed = await tool("fls", "-r", "-p", "-u", "-l", "-o", String(partition.offset / sector), file);
      const rows = printed
        .split("\n")
        .map((line) => line.split("\t"))
        .filter((row) => row.length > 6 && !row[1]!.startsWith("$") && !row[1]!.includes(":"))
        .map((row) => [
          `\\${row[1]!.replaceAll("/", "\\")}`,
          Number(/(\d+)-/.exec(row[0]!)![1]),
          row[0]!.startsWith("d"),
        ]);
      const files = await filesBelow(await NtfsVolume.open(partition.bytes));
      expect(files.map((one) => [one.path, one.record, one.isDirectory]).sort()).toStrictEqual(rows.sort());
    }
  });

  itWith(["fsstat"], "have the parameters that fsstat sees", async () => {
    for (const partition of await ntfsPartitions()) {
      const printed = await tool("fsstat", "-o", String(partition.offset / sector), file);
      const fact = (title: string): string => new RegExp(`^${title}: (.*)$`, "m").exec(printed)![1]!.trim();
      const volume = await NtfsVolume.open(partition.bytes);
      expect({
        serial: volume.serial,
        label: volume.label,
        clusterSize: volume.clusterSize,
        sectorSize: volume.sectorSize,
        mftCluster: volume.mftCluster,
        mirror: volume.mftMirrorCluster,
        record: volume.recordSize,
        index: volume.indexBlockSize,
      }).toStrictEqual({
        serial: fact("Volume Serial Number"),
        label: fact("Volume Name"),
        clusterSize: Number(fact("Cluster Size")),
        sectorSize: Number(fact("Sector Size")),
        mftCluster: Number(fact("First Cluster of MFT")),
        mirror: Number(fact("First Cluster of MFT Mirror")),
        record: Number.parseInt(fact("Size of MFT Entries")),
        index: Number.parseInt(fact("Size of Index Records")),
      });
    }
  });
});

describe("the dump of sample gen2-dump", () => {
  const file = sampleFile("gen2-dump");
  const expected = expectedOf("gen2-dump").dump;

  it("is the one of the recipe, found whatever the case of its path", async () => {
    const windows = await findWindows(await openSample("gen2-dump"));
    for (const path of ["\\Windows\\MEMORY.DMP", "\\WINDOWS\\memory.dmp", "windows/Memory.dmp"]) {
      const dump = await windows!.volume.find(path);
      expect(dump?.path).toBe(expected.path);
      expect(dump?.size).toBe(expected.size);
      expect(await hashOf(await dump!.open())).toBe(expected.sha256);
    }
  });

  itWith(["istat"], "has the clusters that istat lists, in many runs", async () => {
    const windows = await findWindows(await openSample("gen2-dump"));
    const dump = await windows!.volume.find("\\Windows\\MEMORY.DMP");
    const printed = await tool("istat", "-o", String(windows!.partition.offset / sector), file, String(dump!.record));
    const data = printed.slice(printed.indexOf("Type: $DATA"));
    const clusters = [...data.slice(data.indexOf("\n")).matchAll(/\d+/g)].map((match) => Number(match[0]));
    const runs = await dump!.runs();
    expect(runs.length).toBeGreaterThan(20);
    expect(runs.flatMap((run) => Array.from({ length: run.clusters }, (_, index) => run.lcn! + index))).toStrictEqual(
      clusters,
    );
  });

  itWith(["ntfscat", "icat"], "has the bytes that ntfscat and icat print", async () => {
    const windows = await findWindows(await openSample("gen2-dump"));
    const { partition, volume } = windows!;
    const dump = (await volume.find("\\Windows\\MEMORY.DMP"))!;
    const offset = String(partition.offset / sector);
    expect(sha256(toolBytes("icat", "-o", offset, file, String(dump.record)))).toBe(expected.sha256);
    const folder = mkdtempSync(join(tmpdir(), "volume-"));
    try {
      const image = join(folder, "volume");
      await tool(
        "dd",
        `if=${file}`,
        `of=${image}`,
        "bs=1M",
        `skip=${partition.offset / 2 ** 20}`,
        `count=${partition.length / 2 ** 20}`,
      );
      expect(statSync(image).size).toBe(partition.length);
      expect(sha256(toolBytes("ntfscat", "-f", image, "/Windows/MEMORY.DMP"))).toBe(expected.sha256);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is found by the scan of the file table too", async () => {
    const windows = await findWindows(await openSample("gen2-dump"));
    const found = await windows!.volume.scan("memory.dmp");
    expect(found.map((one) => [one.path, one.size])).toStrictEqual([[expected.path, expected.size]]);
  });

  it("is found below a folder named by its short name", async () => {
    const windows = await findWindows(await openSample("gen2-dump"));
    expect((await windows!.volume.find("\\PROGRA~1\\Common Files"))?.path).toBe("\\Program Files\\Common Files");
  });
});
