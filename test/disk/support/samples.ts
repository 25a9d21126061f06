import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemorySource, openDiskImage, type DiskImage } from "../../../disk";
import { findDisk, sampleFolder } from "../../../rehearsal/disks";

/** Few at a time: a process with all of them takes 20 ms for each tool that it starts. */
const kept = 2;
const unpacked = new Map<string, Buffer>();

/** A sample disk in memory; each call answers a copy of its own, to be changed at will. */
export function sampleBytes(name: string): Buffer {
  return Buffer.from(sharedBytes(name));
}

/** A sample disk, opened from memory. */
export function openSample(name: string): Promise<DiskImage> {
  return openDiskImage(new MemorySource(sharedBytes(name)));
}

/** A sample disk in memory, unpacked once for tests that follow each other: not to be changed. */
export function sharedBytes(name: string): Buffer {
  let bytes = unpacked.get(name);
  if (!bytes) {
    bytes = brotliDecompressSync(readFileSync(join(sampleFolder(name), "disk.vhd.br")));
    unpacked.set(name, bytes);
    const [oldest] = unpacked.keys();
    if (unpacked.size > kept) unpacked.delete(oldest!);
  }
  return bytes;
}

/** What the recipe of a sample says about it. */
export function expectedOf(name: string): any {
  return JSON.parse(readFileSync(join(sampleFolder(name), "expected.json"), "utf8"));
}

/** Unpacks a sample into a temporary folder for the tests of a file; for tools that read files. */
export function useSampleFile(name: string): () => string {
  let folder = "";
  let file = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sample-disk-test-"));
    file = await findDisk(name, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => file;
}
