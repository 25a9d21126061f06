import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VolumeRecipe } from "./recipe";

/** Makes an image of a FAT32 volume with mkfs.fat, and writes its files with mtools. */
export function makeFatImage(file: string, sizeMiB: number, startSector: number, volume: VolumeRecipe): void {
  writeFileSync(file, "");
  truncateSync(file, sizeMiB * 1024 * 1024);
  execFileSync("mkfs.fat", ["-F", "32", "-s", "1", "-h", String(startSector), "-n", volume.label, file], {
    stdio: "ignore",
  });
  const folder = mkdtempSync(join(tmpdir(), "sample-fat-"));
  try {
    const made = new Set<string>();
    for (const recipe of volume.files) {
      makeFolders(file, recipe.path, made);
      const content = join(folder, "content");
      writeFileSync(content, recipe.bytes);
      execFileSync("mcopy", ["-i", file, content, `::/${recipe.path.replaceAll("\\", "/")}`]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeFolders(file: string, path: string, made: Set<string>): void {
  const parts = path.split("\\").slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = parts.slice(0, depth).join("/");
    if (made.has(folder)) continue;
    execFileSync("mmd", ["-i", file, `::/${folder}`]);
    made.add(folder);
  }
}
