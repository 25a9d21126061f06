import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unpackedBytes, unpackedFile } from "./unpacked";

const folder = join(__dirname, "..", "fixtures");

/** What a fixture's writer knows of a stream: path, stream name, bytes, start of their SHA-256. */
export type KnownStream = readonly [path: string, stream: string, size: number, sha256: string];

/** A packed NTFS volume of the tests as a file, for independent tools: only to be read. */
export function fixtureFile(name: string): string {
  return unpackedFile(join(folder, `${name}.ntfs.br`));
}

/** A packed NTFS volume of the tests; each call answers a copy of its own. */
export function fixtureBytes(name: string): Buffer {
  return unpackedBytes(fixtureFile(name));
}

/** What the writer of a fixture knows about it. */
export function knownStreams(name: string): KnownStream[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
}
