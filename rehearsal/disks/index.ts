import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { DiskError, openDiskImage, openFile } from "../../disk";
import { bitlocker } from "./bitlocker/sample";
import { compressedDump } from "./compressed-dump/sample";
import { controlSet002 } from "./control-set-002/sample";
import { dedicatedDumpFile } from "./dedicated-dump-file/sample";
import { dirtyHive } from "./dirty-hive/sample";
import { dumpInPageFile } from "./dump-in-page-file/sample";
import { dumpNotRenamed } from "./dump-not-renamed/sample";
import { dumpOnDataVolume } from "./dump-on-data-volume/sample";
import { dumpOfEarlierCrash } from "./dump-of-earlier-crash/sample";
import { dumpsDisabled } from "./dumps-disabled/sample";
import { gen1NoDump } from "./gen1-no-dump/sample";
import { gen2Dump } from "./gen2-dump/sample";
import { liveKernelReports } from "./live-kernel-reports/sample";
import { minidumpsOnly } from "./minidumps-only/sample";
import { namesInOtherScripts } from "./names-in-other-scripts/sample";
import { noPageFile } from "./no-page-file/sample";
import { truncatedDump } from "./truncated-dump/sample";
import { twoWindows } from "./two-windows/sample";
import { userModeDump } from "./user-mode-dump/sample";
import { windows32Bit } from "./windows-32-bit/sample";
import type { Sample } from "./sample";
import { unpackDisk } from "./unpack-disk";

export type { Sample } from "./sample";

/** All sample disks; the first is the one of a rehearsal without `--disk`. */
export const samples: readonly Sample[] = [
  gen2Dump,
  gen1NoDump,
  controlSet002,
  minidumpsOnly,
  dedicatedDumpFile,
  dumpInPageFile,
  dumpNotRenamed,
  windows32Bit,
  dumpsDisabled,
  noPageFile,
  bitlocker,
  dirtyHive,
  compressedDump,
  namesInOtherScripts,
  dumpOnDataVolume,
  twoWindows,
  truncatedDump,
  userModeDump,
  liveKernelReports,
  dumpOfEarlierCrash,
];

/** There is no such sample disk, and no such file either, or the file is no disk. */
export class DiskNotFoundError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DiskNotFoundError";
  }
}

/**
 * Finds the disk for a rehearsal: a sample by its name, unpacked into a folder, or a file of the user's, as it is.
 *
 * @param nameOrFile name of a sample, or path of a VHD
 * @param workFolder folder for the unpacked sample; it must exist
 * @returns path of a fixed VHD
 * @throws DiskNotFoundError when there is neither, or the file is no fixed VHD
 */
export async function findDisk(nameOrFile: string, workFolder: string): Promise<string> {
  const sample = samples.find((one) => one.name === nameOrFile);
  if (sample) {
    const file = join(workFolder, `${sample.name}.vhd`);
    await unpackDisk(join(sampleFolder(sample.name), "disk.vhd.br"), file);
    return file;
  }
  await checkFile(nameOrFile);
  return nameOrFile;
}

/** Folder of a sample in the repository. */
export function sampleFolder(name: string): string {
  return join(__dirname, name);
}

async function checkFile(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: unknown) => {
    const names = samples.map((sample) => sample.name).join(", ");
    throw new DiskNotFoundError(
      `There is no sample disk and no readable file named ${JSON.stringify(path)}. Samples are: ${names}. ` +
        "A disk of your own is named by the path of a fixed VHD file.",
      { cause },
    );
  });
  try {
    const source = await openFile(path);
    try {
      await openDiskImage(source, { format: "vhd" });
    } finally {
      await source.close?.();
    }
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new DiskNotFoundError(`${path} cannot be used as a disk: ${error.message}`, { cause: error });
  }
}
