import { findWindows, MemorySource, NtfsVolume, openDiskImage, SliceSource, triage } from "../../../disk";
import type { Item } from "../../../extraction/items/item";
import { selectItems } from "../../../extraction/items/select-items";
import { hashOf } from "../../disk/support/hash";
import { expectedOf, sampleBytes, sharedBytes } from "../../disk/support/samples";

describe("the dump of a disk", () => {
  it.each(["dump-in-page-file", "dedicated-dump-file"])("is as long as its header says in %s", async (name) => {
    const source = new MemorySource(sharedBytes(name));
    const [item] = await selectItems(source, source, { paths: [] });
    const { size, sha256 } = expectedOf(name).dump;
    expect({ size: item!.content.size, sha256: await hashOf(item!.content) }).toEqual({ size, sha256 });
    expect(item!.name).toBe(name === "dump-in-page-file" ? "MEMORY.DMP" : "DedicatedDump.sys");
  });

  describe("in a file that the crash driver writes below the file system", () => {
    let bytes: Buffer;
    let header: number;

    const select = async (): Promise<Item> => {
      const source = new MemorySource(bytes);
      return (await selectItems(source, source, { paths: [] }))[0]!;
    };

    beforeEach(async () => {
      bytes = sampleBytes("dump-in-page-file");
      header = (await select()).extents![0]!.at!;
    });

    it("is another one after another crash, by its header alone", async () => {
      const { identity } = await select();
      expect((await select()).identity).toBe(identity);
      bytes.writeBigUInt64LE(bytes.readBigUInt64LE(header + 0xfa8) + 1n, header + 0xfa8);
      expect((await select()).identity).not.toBe(identity);
    });

    it("is all of the file when its header says less than it has itself", async () => {
      bytes.writeBigUInt64LE(0x200n, header + 0xfa0);
      const { size } = (await triage(new MemorySource(bytes))).dumps[0]!;
      expect([(await select()).content.size, size > 0x2000]).toEqual([size, true]);
    });
  });

  it("is taken from a volume without a letter", async () => {
    const bytes = sampleBytes("two-windows");
    const image = await openDiskImage(new MemorySource(bytes));
    const other = image.partitions.find((one) => one.number === 1)!;
    expect((await findWindows(image))!.partition.number).toBe(2);
    const file = (await (await NtfsVolume.open(other.bytes)).find("\\Windows\\MEMORY.DMP"))!;
    const header = other.offset + (await file.extents())![0]!.at!;
    // A later crash than that of the newer Windows.
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(header + 0xfa8) + 3000n * 864_000_000_000n, header + 0xfa8);

    const source = new MemorySource(bytes);
    expect((await triage(source)).dumps[0]!.path).toBe("partition 1:\\Windows\\MEMORY.DMP");
    const [item] = await selectItems(source, source, { paths: [] });
    const inPlace = new SliceSource(source, header, file.size);
    expect(await hashOf(item!.content)).toBe(await hashOf(inPlace));
  });
});
