import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findWindows, openDiskImage, openFile, readDumpHeader } from "../../../disk";
import { DiskNotFoundError, findDisk, sampleFolder, samples } from "../../../rehearsal/disks";
import { writeVhdFooter } from "../../../rehearsal/disks/build/vhd-footer";
import { hashOf } from "../../disk/support/hash";
import { itWith, tool } from "../../disk/support/oracle";

const folder = mkdtempSync(join(tmpdir(), "samples-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const names = samples.map((sample) => sample.name);

it("samples are kept in less than 3 MB", () => {
  const sizes = names.map((name) => statSync(join(sampleFolder(name), "disk.vhd.br")).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
});

describe.each(samples)("sample $name", ({ name, status }) => {
  const expected = JSON.parse(readFileSync(join(sampleFolder(name), "expected.json"), "utf8"));

  it("is unpacked into a VHD that holds the dump of the recipe, or none", async () => {
    const file = await findDisk(name, folder);
    expect(file).toBe(join(folder, `${name}.vhd`));
    expect(expected.dumpStatus).toBe(status);
    const source = await openFile(file);
    try {
      const windows = await findWindows(await openDiskImage(source, { format: "vhd" }));
      const dump = await windows!.volume.find("\\Windows\\MEMORY.DMP");
      if (!expected.dump) {
        expect(dump).toBeNull();
        return;
      }
      const bytes = await dump!.open();
      const header = await readDumpHeader(bytes);
      expect({
        path: dump!.path,
        size: dump!.size,
        sha256: await hashOf(bytes),
        bugCheck: header!.bugCheck,
        kind: header!.kind,
        systemTime: header!.systemTime,
        build: header!.build,
        complete: header!.complete,
      }).toMatchObject(expected.dump);
    } finally {
      await source.close?.();
    }
  });

  it("takes far less room than it seems to", async () => {
    const { blocks, size } = statSync(await findDisk(name, folder));
    expect(blocks * 512).toBeLessThan(size / 2);
  });
});

describe("findDisk", () => {
  it("answers a file of the user's as it is", async () => {
    const own = join(folder, "own disk.vhd");
    copyFileSync(await findDisk(names[0]!, folder), own);
    expect(await findDisk(own, "/nowhere")).toBe(own);
  });

  it("names the samples when there is neither a sample nor a file", async () => {
    const missing = findDisk("gen3-dump", folder);
    await expect(missing).rejects.toThrow(DiskNotFoundError);
    await expect(missing).rejects.toThrow(/"gen3-dump".*gen2-dump, gen1-no-dump/);
  });

  it("refuses a VHD that is cut off", async () => {
    const cut = join(folder, "cut.vhd");
    copyFileSync(await findDisk(names[0]!, folder), cut);
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
