import { CorruptNtfsError, forPurpose, pathOnVolume, systemDrive, type NtfsFile, type NtfsVolume } from "../../disk";
import { ExtractionError } from "../errors";

/** A file, and one of its streams. */
export interface NamedStream {
  readonly file: NtfsFile;
  /** Empty for the main stream. */
  readonly stream: string;
}

/**
 * Finds the file that a PATH argument names: `C:\Windows\MEMORY.DMP`, `\Windows\MEMORY.DMP` or with slashes; a stream
 * follows after a colon.
 *
 * @param scan true to look for it by all file records when its folder does not lead to it
 * @throws ExtractionError when it is on another drive, or not there
 */
export async function findFile(volume: NtfsVolume, path: string, scan = false): Promise<NamedStream> {
  const drive = /^[A-Za-z]:/.exec(path)?.[0].toUpperCase();
  if (drive !== undefined && drive !== systemDrive) {
    throw new ExtractionError(
      `${path} is on drive ${drive}, and this is the volume that Windows calls ${systemDrive}. Leave the drive out.`,
    );
  }
  const [name = "", stream = ""] = pathOnVolume(path).split(":");
  const file = await forPurpose(path, () => (scan ? findOrScan(volume, name) : volume.find(name)));
  if (!file) {
    throw new ExtractionError(
      `${path} is not in the index of its folder. azure-repair-kit ls SOURCE FOLDER tells what is there.`,
    );
  }
  return { file, stream };
}

async function findOrScan(volume: NtfsVolume, path: string): Promise<NtfsFile | null> {
  try {
    const file = await volume.find(path);
    if (file) return file;
  } catch (error) {
    if (!(error instanceof CorruptNtfsError)) throw error;
  }
  const wanted = `\\${path
    .split(/[\\/]/)
    .filter((part) => part !== "")
    .join("\\")}`.toUpperCase();
  const found = await volume.scan(wanted.slice(wanted.lastIndexOf("\\") + 1));
  return found.find((file) => file.path.toUpperCase() === wanted) ?? null;
}
