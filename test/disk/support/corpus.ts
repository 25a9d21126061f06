import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MemorySource } from "../../../disk";

/** An entry of the corpus, as its index.json describes it. */
export interface CorpusEntry {
  readonly id: string;
  readonly file: string;
  readonly kind: string;
  readonly size: number;
  readonly companions?: readonly { role: string; file: string; size: number }[];
  readonly facts: any;
}

const folder = process.env.AZURE_REPAIR_KIT_CORPUS;

/** True when a slow, thorough run is asked for. */
export const thorough = process.env.AZURE_REPAIR_KIT_THOROUGH === "1";

/** Entries of the corpus of a kind; empty without a corpus, which is said aloud. */
export function corpusEntries(kind: string): CorpusEntry[] {
  return read("index.json").filter((entry: CorpusEntry) => entry.kind === kind);
}

/** Crash dumps of the corpus; empty without a corpus, which is said aloud. */
export function corpusDumps(): CorpusEntry[] {
  return read(join("dumps", "index.json")).map((entry: CorpusEntry) => ({
    ...entry,
    id: entry.file,
    file: `dumps/${entry.file}`,
  }));
}

/**
 * Unpacks a file of the corpus.
 *
 * @param limit bytes from its start that are enough
 */
export function unpack(file: string, limit = 2 ** 31): Buffer {
  const command = `xz -dc "$0" | head -c ${limit}`;
  return execFileSync("sh", ["-c", command, join(folder!, file)], {
    maxBuffer: 2 ** 31,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** A file of the corpus as a source. */
export function corpusSource(file: string, limit?: number): MemorySource {
  return new MemorySource(unpack(file, limit));
}

/** Declares tests for the entries of the corpus; one skipped test when there is no corpus. */
export function describeCorpus(
  title: string,
  entries: readonly CorpusEntry[],
  body: (entry: CorpusEntry) => void,
): void {
  describe(title, () => {
    if (entries.length === 0) it.skip("needs the corpus", () => undefined);
    for (const entry of entries) body(entry);
  });
}

function read(index: string): any {
  if (folder && existsSync(join(folder, index))) return JSON.parse(readFileSync(join(folder, index), "utf8"));
  console.warn("Skipped: AZURE_REPAIR_KIT_CORPUS names no folder with the corpus of third-party disks and hives.");
  return [];
}
