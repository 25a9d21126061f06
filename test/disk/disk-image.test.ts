import {
  CorruptPartitionTableError,
  MemorySource,
  NotAVhdError,
  openDiskImage,
  TruncatedDiskError,
  unreadableForms,
  UnsupportedDiskError,
} from "../../disk";
import { corpusEntries, corpusSource, describeCorpus, unpack } from "./support/corpus";
import { itWith, tool } from "./support/oracle";
import { expectedOf, openSample, sampleBytes, sampleFile } from "./support/samples";

const sector = 512;

describe.each(["gen2-dump", "gen1-no-dump", "bitlocker"])("sample %s", (name) => {
  const file = sampleFile(name);

  it("has the partition table of its recipe", async () => {
    const { disk } = expectedOf(name);
    const image = await openSample(name);
    expect(image.format).toBe("vhd");
    expect(image.partitioning).toBe(disk.partitioning);
    expect(image.id).toBe(disk.id);
    expect(image.partitions.map((partition) => partition.fileSystem)).toStrictEqual(disk.fileSystems);
    expect(image.problems).toStrictEqual([]);
  });

  itWith(["mmls"], "has the partitions that mmls sees", async () => {
    const rows = (await tool("mmls", file)).matchAll(/^\d+: +\d\d\d(?::\d\d\d)? +(\d+) +\d+ +(\d+) /gm);
    const image = await openSample(name);
    expect(image.partitions.map(({ offset, length }) => [offset / sector, length / sector])).toStrictEqual(
      [...rows].map((row) => [Number(row[1]), Number(row[2])]),
    );
  });

  itWith(["sfdisk"], "has the identifiers that sfdisk sees", async () => {
    const { partitiontable } = JSON.parse(await tool("sfdisk", "-J", file));
    const image = await openSample(name);
    expect(image.partitioning).toBe(partitiontable.label === "gpt" ? "gpt" : "mbr");
    expect(image.id?.toLowerCase()).toBe(partitiontable.id.toLowerCase().replace("0x", ""));
    expect(image.partitions.map((one) => [one.name, one.uniqueId])).toStrictEqual(
      partitiontable.partitions.map((one: any) => [one.name ?? "", one.uuid ?? null]),
    );
  });

  itWith(["qemu-img"], "has the size that qemu-img sees in the VHD", async () => {
    const facts = JSON.parse(await tool("qemu-img", "info", "-f", "vpc", "--output=json", file));
    expect((await openSample(name)).size).toBe(facts["virtual-size"]);
  });
});

describe("a damaged VHD", () => {
  const whole = sampleBytes("gen1-no-dump");

  it("is refused when the file is cut off and a VHD is wanted", async () => {
    const cut = new MemorySource(whole.subarray(0, whole.length - 4096));
    await expect(openDiskImage(cut, { format: "vhd" })).rejects.toThrow(NotAVhdError);
    await expect(openDiskImage(cut, { format: "vhd" })).rejects.toThrow("cut off");
  });

  it("is refused when its middle is missing", async () => {
    const joined = Buffer.concat([whole.subarray(0, 1024 * 1024), whole.subarray(2 * 1024 * 1024)]);
    await expect(openDiskImage(new MemorySource(joined))).rejects.toThrow(
      /says that the disk has 67108864 bytes, but 66060288/,
    );
  });

  it("is refused when a byte of the footer is wrong", async () => {
    const wrong = sampleBytes("gen1-no-dump");
    wrong[wrong.length - 100]! ^= 1;
    await expect(openDiskImage(new MemorySource(wrong))).rejects.toThrow(/checksum .* damaged/);
  });

  it("is told when partitions end past the end of a raw disk", async () => {
    const image = await openDiskImage(new MemorySource(whole.subarray(0, 20 * 1024 * 1024)));
    expect(image.format).toBe("raw");
    expect(image.problems).toStrictEqual([
      expect.stringMatching(/^Partition 2 ends at byte \d+, but the disk has 20971520/),
    ]);
    expect(image.partitions[1]!.bytes.size).toBe(3 * 1024 * 1024);
  });

  it("is refused when there is not even a sector", async () => {
    await expect(openDiskImage(new MemorySource(Buffer.alloc(511)))).rejects.toThrow(TruncatedDiskError);
  });
});

describe("a damaged GUID partition table", () => {
  it.each([
    ["its header", sector, "no signature"],
    ["a byte of its header", sector + 40, "wrong checksum"],
    ["an entry", 2 * sector + 40, "entries have a wrong checksum"],
  ])("is read from the backup when the first lost %s", async (_, at, why) => {
    const bytes = sampleBytes("gen2-dump");
    const before = await openSample("gen2-dump");
    bytes.fill(0xee, at, at + 2);
    const image = await openDiskImage(new MemorySource(bytes));
    expect(image.problems).toStrictEqual([expect.stringContaining(why)]);
    expect(image.partitions.map(({ offset, name }) => [offset, name])).toStrictEqual(
      before.partitions.map(({ offset, name }) => [offset, name]),
    );
  });

  it("is an error, not an empty disk, when both headers are lost", async () => {
    const bytes = sampleBytes("gen2-dump");
    bytes.fill(0, sector, 2 * sector);
    bytes.fill(0, bytes.length - 2 * sector, bytes.length - sector);
    await expect(openDiskImage(new MemorySource(bytes))).rejects.toThrow(CorruptPartitionTableError);
  });
});

describe("a damaged MBR", () => {
  const typeOfSecond = 446 + 16 + 4;

  it.each([
    ["its boot signature", 510, 0, /no boot signature/],
    ["the type of an entry", typeOfSecond, 0, null],
    ["the type of an entry, which becomes that of an extended partition", typeOfSecond, 0x0f, /called extended/],
  ])("still shows its partitions when it lost %s", async (_, at, to, problem) => {
    const bytes = sampleBytes("gen1-no-dump");
    bytes[at] = to;
    const image = await openDiskImage(new MemorySource(bytes));
    expect(image.partitions.map((one) => one.fileSystem)).toStrictEqual(["ntfs", "ntfs"]);
    expect(image.problems).toStrictEqual(problem ? [expect.stringMatching(problem)] : []);
  });

  it("tells a partition without a file system where one should be", async () => {
    const bytes = sampleBytes("gen1-no-dump");
    bytes.writeUInt32LE(bytes.readUInt32LE(446 + 16 + 8) + 3, 446 + 16 + 8);
    const image = await openDiskImage(new MemorySource(bytes));
    expect(image.problems.join("\n")).toMatch(/Partition 2 is of a type that holds NTFS, but no file system/);
  });

  it("does not hide the GUID partition table behind a wrong type", async () => {
    const bytes = sampleBytes("gen2-dump");
    bytes[450] = 0x83;
    expect((await openDiskImage(new MemorySource(bytes))).partitioning).toBe("gpt");
  });
});

it("a chain of extended partitions that comes back to its start is an error", async () => {
  const disk = Buffer.alloc(64 * 1024);
  const slot = (at: number, type: number, start: number, count: number): void => {
    disk.writeUInt8(type, at + 4);
    disk.writeUInt32LE(start, at + 8);
    disk.writeUInt32LE(count, at + 12);
  };
  slot(446, 0x0f, 8, 64);
  disk.writeUInt16LE(0xaa55, 510);
  slot(8 * sector + 446, 0x07, 1, 4);
  slot(8 * sector + 462, 0x05, 0, 64);
  disk.writeUInt16LE(0xaa55, 8 * sector + 510);
  await expect(openDiskImage(new MemorySource(disk))).rejects.toThrow(/chain of extended boot records/);
});

it.each([
  ["vhdxfile", "VHDX"],
  ["KDMV", "VMDK"],
  ["QFI\xfb", "QCOW2"],
  ["conectix", "dynamic VHD"],
])("a file that begins with %j is refused by the name of its form", async (start, form) => {
  const bytes = Buffer.alloc(4096);
  bytes.write(start, "latin1");
  await expect(openDiskImage(new MemorySource(bytes))).rejects.toMatchObject({ name: "UnsupportedDiskError", form });
});

it.each([
  [0x42, "dynamic disk (LDM)"],
  [0x8e, null],
])("a partition of MBR type %p counts as %p", async (type, form) => {
  const disk = Buffer.alloc(64 * 1024);
  disk.writeUInt8(type, 450);
  disk.writeUInt32LE(8, 454);
  disk.writeUInt32LE(64, 458);
  disk.writeUInt16LE(0xaa55, 510);
  const errors = unreadableForms(await openDiskImage(new MemorySource(disk)));
  expect(errors.map((error) => error.form)).toStrictEqual(form ? [form] : []);
});

describeCorpus("partition tables of the corpus", corpusEntries("partition-table"), (entry) => {
  it(`${entry.id} has the partitions that other readers see`, async () => {
    // The tables of the largest are all within its first 64 MiB.
    const image = await openDiskImage(corpusSource(entry.file, 64 * 1024 * 1024));
    const facts = entry.facts.dissect.partitions as {
      offset: number;
      size: number;
      type: string;
      guid: string | null;
      name: string | null;
    }[];
    const isGpt = facts.some((one) => one.guid);
    expect(image.partitioning).toBe(isGpt ? "gpt" : "mbr");
    const byOffset = (a: unknown[], b: unknown[]): number => Number(a[0]) - Number(b[0]);
    // In a hybrid the MBR repeats partitions; the other reader takes the end of a GPT entry for the sector behind it.
    const expected = facts
      .filter((one) => !isGpt || one.guid)
      .map((one) => [one.offset, one.size + (isGpt ? sector : 0), one.guid?.toUpperCase() ?? null, one.name ?? ""])
      .sort(byOffset);
    expect(
      image.partitions.map((one) => [one.offset, one.length, one.uniqueId, one.name]).sort(byOffset),
    ).toStrictEqual(expected);
    if (!isGpt) expect(`0x${image.id!.toLowerCase()}`).toBe(entry.facts.sfdisk.id);
  });
});

describeCorpus("BitLocker volumes of the corpus", corpusEntries("bitlocker"), (entry) => {
  it(`${entry.id} is named as BitLocker`, async () => {
    const image = await openDiskImage(corpusSource(entry.file, 1024 * 1024));
    expect(image.partitions.map((one) => one.fileSystem)).toStrictEqual(["bitlocker"]);
    expect(unreadableForms(image).map((error) => error.form)).toStrictEqual(["BitLocker"]);
  });
});

describeCorpus("VHDs of the corpus", corpusEntries("vhd"), (entry) => {
  it(`${entry.id} is refused by the name of its type`, async () => {
    const form = entry.facts.footer.diskType === 3 ? "dynamic VHD" : "differencing VHD";
    const error: unknown = await openDiskImage(new MemorySource(unpack(entry.file))).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(UnsupportedDiskError);
    expect(error).toMatchObject({ form });
  });
});
