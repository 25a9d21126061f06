import { isDamage } from "../errors";
import type { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";
import { placeAt, type Place } from "./dump-places";
import { newestFirst } from "./newest-first";
import type { OtherVolumes } from "./other-volumes";
import { sentences } from "./sentences";

/** What the usual places of another volume hold. */
export interface VolumePlaces {
  /** Root of the volume as Windows sees it, `E:\`; `partition 2:\` without a letter. */
  readonly root: string;
  /** Files that are there. */
  readonly places: readonly Place[];
  /** Why the volume could not be looked at; null when it was. */
  readonly problem: { readonly message: string; readonly isDamaged: boolean } | null;
}

/** Looks for files in the usual places of every other volume of the disk: Windows may have had another letter for one. */
export async function placesOfVolumes(others: OtherVolumes): Promise<VolumePlaces[]> {
  const drives = await others.dataDrives();
  return Promise.all(
    drives.map(async ({ drive, readable }) => {
      const root = `${drive}\\`;
      try {
        const other = await others.find(drive);
        const paths = other ? await forPurpose(`${root}: usual places`, () => filesOf(other.volume)) : [];
        return { root, places: paths.map((path) => placeOn(drive, path)), problem: null };
      } catch (error) {
        if (!isDamage(error)) throw error;
        return { root, places: [], problem: { message: error.message, isDamaged: readable } };
      }
    }),
  );
}

function placeOn(drive: string, path: string): Place {
  const kind = path.toLowerCase() === "\\pagefile.sys" ? "page-file" : "dump";
  return placeAt(drive + path, sentences.placeVolume, kind, drive);
}

async function filesOf(volume: NtfsVolume): Promise<string[]> {
  const files = (await volume.list("\\")).filter((file) => !file.isDirectory).sort(newestFirst);
  const paths = [/^DUMP.*\.tmp$/i, /^MEMORY.*\.DMP$/i, /^pagefile\.sys$/i].flatMap((pattern) =>
    files.filter((file) => pattern.test(file.name)).map((file) => file.path),
  );
  const usual = await volume.find("\\Windows\\MEMORY.DMP");
  return usual && !usual.isDirectory ? [...paths, "\\Windows\\MEMORY.DMP"] : paths;
}
