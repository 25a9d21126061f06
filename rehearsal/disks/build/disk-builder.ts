import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFatImage } from "./fat-image";
import { makeNtfsImage } from "./ntfs-image";
import type { DiskRecipe, PartitionRecipe } from "./recipe";
import { writeVhdFooter } from "./vhd-footer";

const mib = 1024 * 1024;
const sectorsOfMib = mib / 512;

/** Builds a disk by its recipe into a fixed VHD. Needs Linux, root and the tools that make-samples.ts names. */
export async function buildDisk(recipe: DiskRecipe, vhd: string): Promise<void> {
  const sizeMiB = recipe.partitions.reduce((sum, partition) => sum + partition.sizeMiB, 0) + 2;
  writeFileSync(vhd, "");
  truncateSync(vhd, sizeMiB * mib);
  writeTable(recipe, vhd);
  const folder = mkdtempSync(join(tmpdir(), "sample-disk-"));
  try {
    let start = 1;
    for (const partition of recipe.partitions) {
      const image = join(folder, "volume");
      if (await makeImage(partition, image, start * sectorsOfMib)) copyInto(vhd, image, start * mib);
      start += partition.sizeMiB;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  appendFileSync(vhd, writeVhdFooter(sizeMiB * mib));
}

async function makeImage(partition: PartitionRecipe, image: string, startSector: number): Promise<boolean> {
  const { volume, sizeMiB } = partition;
  if (!volume) return false;
  if (volume.fileSystem === "raw") writeFileSync(image, volume.bytes);
  else if (volume.fileSystem === "ntfs") await makeNtfsImage(image, sizeMiB, startSector, volume);
  else makeFatImage(image, sizeMiB, startSector, volume);
  return true;
}

function writeTable(recipe: DiskRecipe, vhd: string): void {
  let start = sectorsOfMib;
  const ranges = recipe.partitions.map((partition) => {
    const range = { partition, start, sectors: partition.sizeMiB * sectorsOfMib };
    start += range.sectors;
    return range;
  });
  if (recipe.partitioning === "gpt") {
    const flags = ranges.flatMap(({ partition, start: first, sectors }, index) => {
      const number = index + 1;
      const unique = partition.uniqueId ? ["-u", `${number}:${partition.uniqueId}`] : [];
      const range = `${number}:${first}:${first + sectors - 1}`;
      return ["-n", range, "-t", `${number}:${partition.type}`, "-c", `${number}:${partition.name}`, ...unique];
    });
    execFileSync("sgdisk", ["-a", "1", "-o", "-U", recipe.id, ...flags, vhd], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return;
  }
  const lines = ranges.map(({ partition, start: first, sectors }, index) => {
    const active = index === 0 ? ", bootable" : "";
    return `start=${first}, size=${sectors}, type=${partition.type}${active}`;
  });
  const script = ["label: dos", `label-id: 0x${recipe.id}`, "unit: sectors", "", ...lines, ""].join("\n");
  execFileSync("sfdisk", ["-q", vhd], { input: script, stdio: ["pipe", "ignore", "inherit"] });
}

function copyInto(disk: string, image: string, offset: number): void {
  const target = openSync(disk, "r+");
  const bytes = readFileSync(image);
  for (let at = 0; at < bytes.length; at += mib) {
    const piece = bytes.subarray(at, at + mib);
    if (piece.some((byte) => byte !== 0)) writeSync(target, piece, 0, piece.length, offset + at);
  }
  closeSync(target);
}
