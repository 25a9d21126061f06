/**
 * Makes the packed sample disks from their recipes:
 *
 *     node --require ./compile-on-demand.js rehearsal/disks/build/make-samples.ts [--expected] [NAME…]
 *
 * With --expected only the right answers are written, for a recipe whose disk has not changed.
 *
 * Needs Linux, root, /dev/fuse and ntfs-3g, gdisk, fdisk, dosfstools, mtools, attr. Images are not the same byte for
 * byte in two builds: serial numbers and places of clusters differ.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { format } from "prettier";
import { sampleFolder, samples } from "..";
import { sampleTable } from "../sample-table";
import { buildDisk } from "./disk-builder";
import type { DiskRecipe } from "./recipe";

// A native import() would not see the loader of TypeScript.
const load = createRequire(__filename);

async function makeSample(name: string, withDisk: boolean): Promise<void> {
  const folder = sampleFolder(name);
  const { recipe } = load(join(folder, "recipe")) as { recipe: DiskRecipe };
  if (withDisk) await makeDisk(name, recipe);
  const expected = await format(JSON.stringify(recipe.expected), { parser: "json", printWidth: 120 });
  writeFileSync(join(folder, "expected.json"), expected);
}

async function makeDisk(name: string, recipe: DiskRecipe): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "make-sample-"));
  try {
    const vhd = join(work, "disk.vhd");
    await buildDisk(recipe, vhd);
    const disk = readFileSync(vhd);
    const packed = brotliCompressSync(disk, {
      params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: disk.length },
    });
    writeFileSync(join(sampleFolder(name), "disk.vhd.br"), packed);
    process.stderr.write(`${name}: ${disk.length} bytes, packed ${packed.length}\n`);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Replaces the table in docs/, the last part of its page. */
function writeTable(): void {
  const page = join(__dirname, "..", "..", "..", "docs", "sample-disks.md");
  const [head = ""] = readFileSync(page, "utf8").split(/^\| /m, 1);
  writeFileSync(page, head + sampleTable());
}

async function main(words: readonly string[]): Promise<void> {
  const names = words.filter((word) => word !== "--expected");
  const known = samples.map((sample) => sample.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no sample ${unknown.join(", ")}; samples are ${known.join(", ")}.\n`);
    process.exitCode = 2;
    return;
  }
  for (const name of names.length > 0 ? names : known) await makeSample(name, !words.includes("--expected"));
  writeTable();
}

void main(process.argv.slice(2));
