import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const folder = join(__dirname, "..", "fixtures");

/** What a fixture's writer knows of a stream: path, stream name, bytes, start of their SHA-256. */
export type KnownStream = readonly [path: string, stream: string, size: number, sha256: string];

const unpacked = new Map<string, Buffer>();

/** A packed NTFS volume of the tests; each call answers a copy of its own. */
export function fixtureBytes(name: string): Buffer {
  let bytes = unpacked.get(name);
  if (!bytes) {
    bytes = brotliDecompressSync(readFileSync(join(folder, `${name}.ntfs.br`)));
    unpacked.clear();
    unpacked.set(name, bytes);
  }
  return Buffer.from(bytes);
}

/** What the writer of a fixture knows about it. */
export function knownStreams(name: string): KnownStream[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
}

/** A fixture as a file, for independent tools. */
export function useFixtureFile(name: string): () => string {
  let work = "";
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "fixture-test-"));
    writeFileSync(join(work, "image"), fixtureBytes(name));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  return () => join(work, "image");
}
