import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const unpacked = new Map<string, Buffer>();

/** The bytes of a fixture, which fixtures/make.py makes. Each call gives a copy of its own. */
export function fixture(name: "dump" | "names" | "places"): Buffer {
  const bytes = unpacked.get(name) ?? gunzipSync(readFileSync(join(__dirname, "..", "fixtures", `${name}.raw.gz`)));
  unpacked.set(name, bytes);
  return Buffer.from(bytes);
}

/** Writes bytes over the only place that holds others, counted from its start. Fails when there is not exactly one. */
export function patch(disk: Buffer, at: Buffer | string, distance: number, bytes: Buffer | string): Buffer {
  const place = disk.indexOf(at);
  if (place < 0) throw new Error(`the fixture does not hold ${String(at)}`);
  if (disk.includes(at, place + 1)) throw new Error(`the fixture holds ${String(at)} more than once`);
  Buffer.from(bytes as string, "latin1").copy(disk, place + distance);
  return disk;
}

/** Offset of the first partition of the fixtures. */
export const PARTITION = 1024 * 1024;

/** Puts a number into a DWORD value of the hive. */
export function setDword(disk: Buffer, name: string, value: number): Buffer {
  // A "vk" cell: its data is 12 bytes before the name. Source: "Windows registry file format specification".
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return patch(disk, name, -12, bytes);
}

/** Changes a string of the hive; a shorter one is filled up with NUL. */
export function setText(disk: Buffer, old: string, text: string): Buffer {
  return patch(disk, Buffer.from(old, "utf16le"), 0, Buffer.from(text.padEnd(old.length, "\0"), "utf16le"));
}

/** The only volume of a fixture. */
export function volume(name: "dump" | "names"): Buffer {
  return fixture(name).subarray(PARTITION, PARTITION + 6 * 1024 ** 2);
}

/** An MBR disk with these partitions behind one another. */
export function mbrDisk(...partitions: readonly { readonly type: number; readonly bytes: Buffer }[]): Buffer {
  const head = Buffer.alloc(PARTITION);
  let at = PARTITION;
  partitions.forEach(({ type, bytes }, index) => {
    const entry = head.subarray(446 + 16 * index);
    entry[4] = type;
    entry.writeUInt32LE(at / 512, 8);
    entry.writeUInt32LE(bytes.length / 512, 12);
    at += bytes.length;
  });
  head.writeUInt32LE(0x0badcafe, 440);
  head.writeUInt16LE(0xaa55, 510);
  return Buffer.concat([head, ...partitions.map(({ bytes }) => bytes)]);
}

/** A volume that begins with other bytes. */
export function beginning(text: string, at: number, size = 1024 ** 2): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(text, at, "latin1");
  return bytes;
}
