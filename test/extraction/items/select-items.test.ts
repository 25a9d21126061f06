import { findWindows, MemorySource, NtfsVolume, openDiskImage, SliceSource, triage } from "../../../disk";
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
