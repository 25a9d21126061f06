import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemorySource, NtfsVolume, readDumpHeader, SliceSource, triage } from "../../../disk";
import { DiskNotFoundError, findDisk, sampleFolder, samples } from "../../../rehearsal/disks";
import type { Expected } from "../../../rehearsal/disks/build/expected";
import type { DiskRecipe } from "../../../rehearsal/disks/build/recipe";
import { writeVhdFooter } from "../../../rehearsal/disks/build/vhd-footer";
import { sampleTable } from "../../../rehearsal/disks/sample-table";
import { hashOf } from "../../disk/support/hash";
import { itWith, tool } from "../../disk/support/oracle";
import { expectedOf, openSample, sharedBytes, sampleFile } from "../../disk/support/samples";

const folder = mkdtempSync(join(tmpdir(), "samples-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const names = samples.map((sample) => sample.name);

it("samples are kept in less than 8 MB", () => {
  const sizes = names.map((name) => statSync(join(sampleFolder(name), "disk.vhd.br")).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8_000_000);
});

it("the table in docs/sample-disks.md is the one of the samples", () => {
  const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "sample-disks.md"), "utf8");
  expect(page.slice(page.indexOf("| "))).toBe(sampleTable());
});

describe.each(samples)("sample $name", ({ name, status }) => {
  const expected: Expected = expectedOf(name);

  it("has the right answers of its recipe, and their status in the table", async () => {
    const { recipe } = (await import(join(sampleFolder(name), "recipe"))) as { recipe: DiskRecipe };
    expect(expected).toStrictEqual(JSON.parse(JSON.stringify(recipe.expected)));
    expect(expected.dumpStatus).toBe(status);
  });

  it("is a VHD with the partitions of its recipe", async () => {
    const image = await openSample(name);
    const { partitioning, id, partitions } = image;
    expect({ partitioning, id, fileSystems: partitions.map((one) => one.fileSystem) }).toStrictEqual(expected.disk);
    expect(image.format).toBe("vhd");
    expect(image.problems).toStrictEqual([]);
  });

  it("is triaged as the recipe expects", async () => {
    const answer = await triage(new MemorySource(sharedBytes(name)));
    expect(answer.dumpStatus).toBe(expected.triage);
    expect(answer.windows).toEqual(expected.windows && expect.objectContaining(expected.windows));
    const { dumpEnabled, dumpFile, minidumpDir, autoReboot } = expected.crashControl ?? {};
    expect(answer.crashControl).toEqual(
      expected.crashControl &&
        expect.objectContaining({
          ...{ dumpEnabled, dumpFile, minidumpDir, autoReboot: autoReboot === 1 },
          pagingFiles: expected.pagingFiles,
        }),
    );
    if (!expected.dump) return;
    const { path, size, bugCheck, kind, systemTime, build, complete } = expected.dump;
    expect(answer.dumps[0]).toMatchObject({ bugCheck, kind, systemTime, build, complete });
    expect(answer.dumps[0]!.path.slice(2)).toBe(path);
    expect(answer.dumps[0]!.size).toBeGreaterThanOrEqual(size);
  });

  if (!expected.dump) return;

  it("holds the dump of the recipe", async () => {
    const { path, drive, ...facts } = expected.dump!;
    const volumes = (await openSample(name)).partitions.filter((one) => one.fileSystem === "ntfs");
    const found = [];
    for (const { bytes } of volumes) found.push(await (await NtfsVolume.open(bytes)).find(path));
    const inFile = found.filter((file) => file !== null).at(drive === "G:" ? -1 : 0);
    const dump = new SliceSource(await inFile!.open(), 0, facts.size);
    const { bugCheck, kind, systemTime, build, complete } = (await readDumpHeader(dump))!;
    expect({
      ...{ size: dump.size, sha256: await hashOf(dump), kind, systemTime, build, complete },
      bugCheck: { ...facts.bugCheck, ...bugCheck },
    }).toMatchObject(facts);
  });
});

describe("sample compressed-dump", () => {
  const file = sampleFile("compressed-dump");

  itWith(["fls", "istat"], "is compressed for sleuthkit too", async () => {
    const [partition] = (await openSample("compressed-dump")).partitions;
    const offset = String(partition!.offset / 512);
    const listed = await tool("fls", "-r", "-p", "-u", "-o", offset, file);
    const record = /(\d+)-\d+-\d+:\tWindows\/MEMORY\.DMP$/m.exec(listed)![1]!;
    expect(await tool("istat", "-o", offset, file, record)).toMatch(/^Type: \$DATA.*Compressed/m);
  });
});

describe("sample bitlocker", () => {
  const file = sampleFile("bitlocker");

  itWith(["blkid"], "is BitLocker for blkid too", async () => {
    const [partition] = (await openSample("bitlocker")).partitions;
    expect(await tool("blkid", "-p", "-O", String(partition!.offset), file)).toContain('TYPE="BitLocker"');
  });
});

describe("findDisk", () => {
  it("unpacks a sample into a VHD that takes far less room than it seems to", async () => {
    const file = await findDisk(names[0]!, folder);
    expect(file).toBe(join(folder, `${names[0]}.vhd`));
    const { blocks, size } = statSync(file);
    expect(size).toBe(sharedBytes(names[0]!).length);
    expect(blocks * 512).toBeLessThan(size / 2);
  });

  it("answers a file of the user's as it is", async () => {
    const own = join(folder, "own disk.vhd");
    copyFileSync(sampleFile("no-page-file"), own);
    expect(await findDisk(own, "/nowhere")).toBe(own);
  });

  it("names the samples when there is neither a sample nor a file", async () => {
    const missing = findDisk("gen3-dump", folder);
    await expect(missing).rejects.toThrow(DiskNotFoundError);
    await expect(missing).rejects.toThrow(/"gen3-dump".*gen2-dump, gen1-no-dump/);
  });

  it("refuses a VHD that is cut off", async () => {
    const cut = join(folder, "cut.vhd");
    copyFileSync(sampleFile("no-page-file"), cut);
    chmodSync(cut, 0o600);
    truncateSync(cut, statSync(cut).size - 1000);
    await expect(findDisk(cut, folder)).rejects.toThrow(/cut\.vhd cannot be used as a disk: .*cut off/);
  });

  it("refuses a folder and a text file", async () => {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "no disk ".repeat(200));
    await expect(findDisk(file, folder)).rejects.toThrow(DiskNotFoundError);
    await expect(findDisk(folder, folder)).rejects.toThrow(/it is a folder/);
  });
});

itWith(["qemu-img"], "writes the footer that qemu-img reads, for any size", async () => {
  for (const mib of [3, 64, 2048, 131_072]) {
    const file = join(folder, `empty-${mib}.vhd`);
    writeFileSync(file, "");
    truncateSync(file, mib * 1024 * 1024);
    writeFileSync(file, writeVhdFooter(mib * 1024 * 1024), { flag: "a" });
    const facts = JSON.parse(await tool("qemu-img", "info", "-f", "vpc", "--output=json", file));
    expect(facts["virtual-size"]).toBe(mib * 1024 * 1024);
    rmSync(file);
  }
});
