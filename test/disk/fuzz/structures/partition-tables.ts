import { crc32 } from "node:zlib";
import { openDiskImage, type ByteSource } from "../../../../disk";
import { writeVhdFooter } from "../../../../rehearsal/disks/build/vhd-footer";
import { sampleBytes } from "../../support/samples";
import type { Damage } from "../damage";
import type { Structure } from "../structure";

const sector = 512;

async function describeDisk(source: ByteSource): Promise<string> {
  const image = await openDiskImage(source);
  const partitions = image.partitions.map(({ number, type, offset, length, fileSystem }) => {
    return [number, type, offset, length, fileSystem];
  });
  return JSON.stringify([image.format, image.size, image.partitioning, image.id, partitions, image.problems.length]);
}

/** Whether all partitions are gone without a word. */
function losesPartitions(answer: string): boolean {
  const [, , , , partitions, problems] = JSON.parse(answer) as [unknown, unknown, unknown, unknown, unknown[], number];
  return partitions.length === 0 && problems === 0;
}

export const vhdFooter: Structure = {
  name: "VHD footer",
  prepare: () => {
    const disk = Buffer.alloc(64 * 1024);
    disk.writeUInt8(7, 446 + 4);
    disk.writeUInt32LE(8, 446 + 8);
    disk.writeUInt32LE(64, 446 + 12);
    disk.writeUInt16LE(0xaa55, 510);
    const bytes = Buffer.concat([disk, writeVhdFooter(disk.length)]);
    return Promise.resolve({
      bytes,
      ranges: [{ offset: disk.length, length: sector }],
      ask: describeDisk,
      repair: (damage: Damage) => repairFooter(damage, disk.length),
    });
  },
};

function repairFooter(damage: Damage, at: number): void {
  damage.write(at + 64, Buffer.alloc(4));
  let sum = 0;
  for (const byte of damage.bytes.subarray(at, at + sector)) sum += byte;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(~sum >>> 0);
  damage.write(at + 64, checksum);
}

export const guidPartitionTable: Structure = {
  name: "GUID partition table",
  prepare: () => {
    const bytes = sampleBytes("no-page-file");
    const backup = bytes.length - sector - 33 * sector;
    return Promise.resolve({
      bytes,
      ranges: [
        { offset: 440, length: 72 },
        { offset: sector, length: 92 },
        { offset: 2 * sector, length: 256 },
        { offset: backup, length: 256 },
        { offset: backup + 32 * sector, length: 92 },
      ],
      ask: describeDisk,
      repair: (damage: Damage) => [sector, backup + 32 * sector].forEach((at) => repairHeader(damage, at)),
    });
  },
};

/** Checksum of the entries where the header says they are, then that of the header. */
function repairHeader(damage: Damage, at: number): void {
  const { bytes } = damage;
  const entries = Number(bytes.readBigUInt64LE(at + 72)) * sector;
  const length = bytes.readUInt32LE(at + 80) * bytes.readUInt32LE(at + 84);
  const headerLength = bytes.readUInt32LE(at + 12);
  if (!(entries + length <= bytes.length) || headerLength > sector || headerLength < 20) return;
  damage.writeNumber(at + 88, crc32(bytes.subarray(entries, entries + length)));
  damage.writeNumber(at + 16, 0);
  damage.writeNumber(at + 16, crc32(bytes.subarray(at, at + headerLength)));
}

export const masterBootRecord: Structure = {
  name: "master boot record",
  prepare: () => {
    const bytes = Buffer.alloc(256 * 1024);
    const slot = (at: number, type: number, start: number, count: number): void => {
      bytes.writeUInt8(type, at + 4);
      bytes.writeUInt32LE(start, at + 8);
      bytes.writeUInt32LE(count, at + 12);
    };
    const volume = (start: number): number => bytes.write("NTFS    ", start * sector + 3, "latin1");
    slot(446, 0x07, 8, 32);
    volume(8);
    slot(462, 0x0f, 64, 400);
    for (let index = 0; index < 5; index++) {
      const at = (64 + index * 64) * sector;
      slot(at + 446, 0x07, 4, 40);
      volume(64 + index * 64 + 4);
      if (index < 4) slot(at + 462, 0x05, (index + 1) * 64, 64);
      bytes.writeUInt16LE(0xaa55, at + 510);
    }
    bytes.writeUInt16LE(0xaa55, 510);
    const slots = [446, 462].map((at) => ({ at, bytes: Buffer.from(bytes.subarray(at, at + 16)) }));
    // Of a table that is wiped out nothing tells that it was one.
    const isLeft = (): boolean => slots.some((one) => one.bytes.equals(bytes.subarray(one.at, one.at + 16)));
    const tables = [0, 1, 2, 3, 4].map((index) => ({ offset: (64 + index * 64) * sector + 440, length: 72 }));
    const ranges = [{ offset: 440, length: 72 }, ...tables];
    return Promise.resolve({
      bytes,
      ranges,
      ask: describeDisk,
      isMissing: (_, answer) => isLeft() && losesPartitions(answer),
    });
  },
};
