import { randomUUID } from "node:crypto";
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemorySource, openDiskImage, type DiskImage } from "../../../disk";
import { sampleFolder } from "../../../rehearsal/disks";
import { variable } from "./unpack-folder";

/** Few at a time: a process with all of them takes 20 ms for each tool that it starts. */
const kept = 2;
const inMemory = new Map<string, Buffer>();

/** A sample disk as a VHD file, unpacked once for all tests of a run: only to be read. */
export function sampleFile(name: string): string {
  const file = join(process.env[variable]!, `${name}.vhd`);
  if (!existsSync(file)) {
    const unfinished = `${file}.${randomUUID()}`;
    writeSparse(unfinished, brotliDecompressSync(readFileSync(join(sampleFolder(name), "disk.vhd.br"))));
    renameSync(unfinished, file);
  }
  return file;
}

function writeSparse(file: string, bytes: Buffer): void {
  const piece = 64 * 1024;
  const zeros = Buffer.alloc(piece);
  const descriptor = openSync(file, "wx", 0o444);
  for (let at = 0; at < bytes.length; at += piece) {
    const part = bytes.subarray(at, at + piece);
    if (!part.equals(zeros.subarray(0, part.length))) writeSync(descriptor, part, 0, part.length, at);
  }
  ftruncateSync(descriptor, bytes.length);
  closeSync(descriptor);
}

/** A sample disk in memory; each call answers a copy of its own, to be changed at will. */
export function sampleBytes(name: string): Buffer {
  return readFileSync(sampleFile(name));
}

/** A sample disk, opened from memory. */
export function openSample(name: string): Promise<DiskImage> {
  return openDiskImage(new MemorySource(sharedBytes(name)));
}

/** A sample disk in memory, read once for tests that follow each other: not to be changed. */
export function sharedBytes(name: string): Buffer {
  let bytes = inMemory.get(name);
  if (!bytes) {
    bytes = readFileSync(sampleFile(name));
    inMemory.set(name, bytes);
    const [oldest] = inMemory.keys();
    if (inMemory.size > kept) inMemory.delete(oldest!);
  }
  return bytes;
}

/** What the recipe of a sample says about it. */
export function expectedOf(name: string): any {
  return JSON.parse(readFileSync(join(sampleFolder(name), "expected.json"), "utf8"));
}
