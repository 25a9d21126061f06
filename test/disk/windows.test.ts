import { CorruptNtfsError, DiskError, findWindows, MemorySource, openDiskImage, unreadableForms } from "../../disk";
import { fixtureBytes } from "./support/fixtures";
import { openSample, sharedBytes } from "./support/samples";

const sector = 512;

/** A disk with an MBR and volumes one after the other, each on a whole MiB. */
function diskOf(...volumes: Buffer[]): Buffer {
  const mebibyte = 1024 * 1024;
  const table = Buffer.alloc(mebibyte);
  let start = mebibyte;
  const parts = volumes.map((volume, index) => {
    const length = Math.ceil(volume.length / mebibyte) * mebibyte;
    const slot = 446 + index * 16;
    table.writeUInt8(7, slot + 4);
    table.writeUInt32LE(start / sector, slot + 8);
    table.writeUInt32LE(length / sector, slot + 12);
    start += length;
    return Buffer.concat([volume, Buffer.alloc(length - volume.length)]);
  });
  table.writeUInt16LE(0xaa55, 510);
  return Buffer.concat([table, ...parts]);
}

async function windowsVolume(): Promise<Buffer> {
  const [, partition] = (await openSample("gen1-no-dump")).partitions;
  return Buffer.from(sharedBytes("gen1-no-dump").subarray(partition!.offset, partition!.offset + partition!.length));
}

/** FILETIME of the hives of the sample, and of a day later. */
const written = BigInt(Date.parse("2026-11-03T21:40:05Z")) * 10_000n + 116_444_736_000_000_000n;

function withLaterHive(volume: Buffer): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(written);
  const later = Buffer.from(volume);
  for (let at = later.indexOf(time); at >= 0; at = later.indexOf(time, at + 8)) {
    later.writeBigUInt64LE(written + 864_000_000_000n, at);
  }
  return later;
}

describe("findWindows", () => {
  it("answers the installation whose hive was changed last", async () => {
    const volume = await windowsVolume();
    for (const [volumes, expected] of [
      [[volume, withLaterHive(volume)], 2],
      [[withLaterHive(volume), volume], 1],
    ] as const) {
      const windows = await findWindows(await openDiskImage(new MemorySource(diskOf(...volumes))));
      expect(windows?.partition.number).toBe(expected);
    }
  });

  it("answers null when no volume holds Windows", async () => {
    const image = await openDiskImage(new MemorySource(diskOf(fixtureBytes("features"))));
    expect(await findWindows(image)).toBeNull();
    expect(unreadableForms(image)).toStrictEqual([]);
  });

  it("throws the damage of a volume rather than call Windows missing", async () => {
    const damaged = await windowsVolume();
    // File records 64 to 95, of which one is the Windows folder's.
    damaged.fill(0, 16_384 + 64 * 1024, 16_384 + 96 * 1024);
    const image = await openDiskImage(new MemorySource(diskOf(damaged, fixtureBytes("features"))));
    await expect(findWindows(image)).rejects.toThrow(CorruptNtfsError);
    await expect(findWindows(image)).rejects.toBeInstanceOf(DiskError);
  });

  it("is not kept from Windows by another volume that is damaged", async () => {
    const other = fixtureBytes("features");
    other.fill(0xee, 16_384, 32_768);
    const windows = await findWindows(await openDiskImage(new MemorySource(diskOf(other, await windowsVolume()))));
    expect(windows?.partition.number).toBe(2);
  });

  it("names BitLocker where a volume is encrypted", async () => {
    const locked = Buffer.alloc(1024 * 1024);
    locked.write("-FVE-FS-", 3, "latin1");
    const image = await openDiskImage(new MemorySource(diskOf(locked)));
    expect(await findWindows(image)).toBeNull();
    expect(unreadableForms(image).map((error) => [error.form, error.message])).toStrictEqual([
      [
        "BitLocker",
        expect.stringMatching(/^Partition 1 cannot be read from outside: it is BitLocker\. .*unlock it there/),
      ],
    ]);
  });
});
