import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MemorySource, openDiskImage, type DiskImage } from "../../../disk";
import { sampleFolder } from "../../../rehearsal/disks";
import { unpackedBytes, unpackedFile } from "./unpacked";

/** Few at a time: a process with all of them takes 20 ms for each tool that it starts. */
const kept = 2;
const inMemory = new Map<string, Buffer>();

/** A sample disk as a VHD file: only to be read. */
export function sampleFile(name: string): string {
  return unpackedFile(join(sampleFolder(name), "disk.vhd.br"), `${name}.vhd`);
}

/** A sample disk in memory; each call answers a copy of its own, to be changed at will. */
export function sampleBytes(name: string): Buffer {
  return unpackedBytes(sampleFile(name));
}

/** A sample disk, opened from memory. */
export function openSample(name: string): Promise<DiskImage> {
  return openDiskImage(new MemorySource(sharedBytes(name)));
}

/** A sample disk in memory, read once for tests that follow each other: not to be changed. */
export function sharedBytes(name: string): Buffer {
  let bytes = inMemory.get(name);
  if (!bytes) {
    bytes = sampleBytes(name);
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
