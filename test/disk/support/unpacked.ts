import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { variable } from "./unpack-folder";

/** Where an image has other bytes than zeros: offset and length, in pieces of 64 KiB. */
interface Content {
  readonly size: number;
  readonly ranges: readonly (readonly [offset: number, length: number])[];
}

const piece = 64 * 1024;
const zeros = Buffer.alloc(piece);

/** A packed image as a sparse file, unpacked once for all tests of a run: only to be read. */
export function unpackedFile(packed: string, name = basename(packed, ".br")): string {
  const file = join(process.env[variable]!, name);
  if (!existsSync(file)) {
    const bytes = brotliDecompressSync(readFileSync(packed));
    const content = contentOf(bytes);
    const unfinished = `${file}.${randomUUID()}`;
    writeSparse(unfinished, bytes, content);
    writeFileSync(`${unfinished}.content`, JSON.stringify(content));
    renameSync(`${unfinished}.content`, `${file}.content`);
    renameSync(unfinished, file);
  }
  return file;
}

/** The bytes of an unpacked image; each call answers a copy of its own. Zeros are not read, so that they take no memory. */
export function unpackedBytes(file: string): Buffer {
  const { size, ranges } = JSON.parse(readFileSync(`${file}.content`, "utf8")) as Content;
  const bytes = Buffer.alloc(size);
  const descriptor = openSync(file, "r");
  for (const [offset, length] of ranges) readSync(descriptor, bytes, offset, length, offset);
  closeSync(descriptor);
  return bytes;
}

function contentOf(bytes: Buffer): Content {
  const ranges: [number, number][] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    const part = bytes.subarray(at, at + piece);
    if (part.equals(zeros.subarray(0, part.length))) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === at) last[1] += part.length;
    else ranges.push([at, part.length]);
  }
  return { size: bytes.length, ranges };
}

function writeSparse(file: string, bytes: Buffer, { ranges, size }: Content): void {
  const descriptor = openSync(file, "wx", 0o444);
  for (const [offset, length] of ranges) writeSync(descriptor, bytes, offset, length, offset);
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
}
