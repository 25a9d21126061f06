import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { NtfsVolume, openFile } from "../../../disk";
import { dateToFileTime } from "./file-time";
import type { FileRecipe, VolumeRecipe } from "./recipe";

/** Pieces that a scattered file is broken into. */
const pieceSize = 64 * 1024;

/** FILE_ATTRIBUTE_COMPRESSED and FILE_ATTRIBUTE_ARCHIVE. */
const compressedFlag = "0x00000820";

/**
 * Makes an image of an NTFS volume with mkntfs, and writes its files with ntfs-3g.
 *
 * @param file path of the image to make
 * @param startSector sector of the disk where the volume will begin, which its boot sector tells
 */
export async function makeNtfsImage(
  file: string,
  sizeMiB: number,
  startSector: number,
  volume: VolumeRecipe,
): Promise<void> {
  writeFileSync(file, "");
  truncateSync(file, sizeMiB * 1024 * 1024);
  const geometry = ["-p", String(startSector), "-H", "255", "-S", "63", "-s", "512", "-c", "4096"];
  // One sector less: the last sector of the partition holds the copy of the boot sector.
  execFileSync("mkntfs", ["-F", "-Q", "-q", ...geometry, "-L", volume.label, file], { stdio: "pipe" });
  withMount(file, (root) => {
    for (const recipe of volume.files.filter((one) => !one.scattered)) writeFileAt(root, recipe, volume.time);
    for (const [path, name] of Object.entries(volume.dosNames ?? {})) {
      setAttribute(join(root, ...path.split("\\")), "system.ntfs_dos_name", name);
    }
    for (const recipe of volume.files.filter((one) => one.scattered)) writeScattered(root, recipe, volume.time);
  });
  await clearFreeClusters(file);
}

function withMount(file: string, work: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), "sample-volume-"));
  execFileSync("ntfs-3g", [file, root, "-o", "streams_interface=xattr,windows_names,compression"]);
  try {
    work(root);
  } finally {
    execFileSync("umount", [root]);
    rmdirSync(root);
  }
}

function writeFileAt(root: string, recipe: FileRecipe, time: Date): void {
  const path = join(root, ...recipe.path.split("\\"));
  mkdirSync(dirname(path), { recursive: true });
  if (recipe.compressed) writeCompressed(root, path, recipe.bytes);
  else writeFileSync(path, recipe.bytes);
  const modified = recipe.modified ?? time;
  utimesSync(path, modified, modified);
  const ticks = dateToFileTime(modified).toString(16).padStart(16, "0");
  setAttribute(path, "system.ntfs_times_be", `0x${ticks}${ticks}${ticks}${ticks}`);
}

/** The driver compresses what is made in a compressed folder, and keeps it so when it is moved. */
function writeCompressed(root: string, path: string, bytes: Uint8Array): void {
  const folder = mkdtempSync(join(root, "compressed-"));
  setAttribute(folder, "system.ntfs_attrib_be", compressedFlag);
  const inside = join(folder, "file");
  writeFileSync(inside, bytes);
  renameSync(inside, path);
  rmdirSync(folder);
}

function setAttribute(path: string, name: string, value: string): void {
  execFileSync("setfattr", ["-n", name, "-v", value, path]);
}

/**
 * Writes a file into many holes: the volume is filled, and every second filler is taken away again. Interleaved writes
 * do not scatter dependably.
 */
function writeScattered(root: string, recipe: FileRecipe, time: Date): void {
  const fillers = join(root, "fillers");
  mkdirSync(fillers);
  const count = Math.ceil(recipe.bytes.length / pieceSize) + 8;
  fill(join(fillers, "rest"), free(root) - count * 2 * pieceSize, 1024 * 1024);
  for (let index = 0; index < count * 2; index++) fill(join(fillers, `filler-${index}`), pieceSize, pieceSize);
  fill(join(fillers, "last"), free(root), 4096);
  for (let index = 0; index < count * 2; index += 2) rmSync(join(fillers, `filler-${index}`));
  writeFileAt(root, recipe, time);
  for (const name of readdirSync(fillers)) rmSync(join(fillers, name));
  rmdirSync(fillers);
}

function free(root: string): number {
  const { bavail, bsize } = statfsSync(root);
  return bavail * bsize;
}

/** Writes until a length is reached or the volume is full. */
function fill(path: string, length: number, step: number): void {
  const piece = Buffer.alloc(step, "filler ", "latin1");
  const file = openSync(path, "w");
  try {
    for (let written = 0; written < length; written += step)
      writeSync(file, piece, 0, Math.min(step, length - written));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

/** Writes zeros to clusters that no file has, so that the image packs well. */
async function clearFreeClusters(file: string): Promise<void> {
  const source = await openFile(file);
  const volume = await NtfsVolume.open(source);
  const bitmap = await (await volume.find("\\$Bitmap"))?.open();
  if (!bitmap) throw new Error(`${file} has no $Bitmap`);
  const bits = await bitmap.read(0, bitmap.size);
  await source.close?.();
  const zeros = Buffer.alloc(volume.clusterSize);
  const image = openSync(file, "r+");
  for (let cluster = 0; cluster < volume.size / volume.clusterSize - 1; cluster++) {
    const used = ((bits[cluster >> 3] ?? 0xff) >> (cluster & 7)) & 1;
    if (!used) writeSync(image, zeros, 0, zeros.length, cluster * zeros.length);
  }
  closeSync(image);
}
