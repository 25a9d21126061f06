import { readDumpHeader, type DumpHeader } from "../crash-dump/dump-header";
import type { ByteSource } from "../byte-source";
import { isDamage } from "../errors";
import type { NtfsFile } from "../ntfs/ntfs-file";
import type { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";
import { bestFirst, laterCrash, newerCutOff, worthOf, type FoundDump } from "./dump-choice";
import {
  isWrittenBelow,
  namedPlaces,
  pageFilePlaces,
  pathOnVolume,
  placeAt,
  resolveWindowsPath,
  sameText,
  systemDrive,
  type Place,
} from "./dump-places";
import { newestFirst } from "./newest-first";
import type { OfflineSystem } from "./offline-registry";
import type { OtherVolumes } from "./other-volumes";
import { reservedDump } from "./reserved-dump";
import { sentences } from "./sentences";
import { findSideDumps } from "./side-dumps";
import type { Searched } from "./triage-answer";
import { placesOfVolumes, type VolumePlaces } from "./volume-search";

const shortestDump = 0x1000;

/** Files of one pattern that are looked into, the newest first. */
const mostOfPattern = 5;

/** What one place gave. */
interface Outcome {
  readonly path: string;
  readonly found: boolean;
  readonly why: string;
  readonly dump: FoundDump | null;
  /** A file where a dump should be, which is none. */
  readonly damagedFile: boolean;
  /** Damage that hid whether anything is there. */
  readonly doubt: string | null;
}

/** What a search gave. */
export interface DumpSearch {
  /** Dumps, the best first. */
  readonly dumps: readonly FoundDump[];
  /** Dumps in files that Windows keeps ready for them which are not all there. */
  readonly armed: readonly FoundDump[];
  /** Path of a dump of a later crash than the best one's that is cut off; null when there is none. */
  readonly newer: string | null;
  /** The first file that should be a dump and is none; null when there is none. */
  readonly damaged: string | null;
  /** The first place that damage hides; null when there is none. */
  readonly doubt: { readonly path: string; readonly problem: string } | null;
  readonly searched: readonly Searched[];
  /** Drives besides that of Windows that settings name and that are on this disk. */
  readonly otherDrives: ReadonlySet<string>;
}

/**
 * Looks at every place where Windows leaves a dump, side by side. Dumps that are no dump of the crash are looked for only
 * where no whole dump of the last crash was found.
 */
export async function searchDumps(
  volume: NtfsVolume,
  others: OtherVolumes,
  system: OfflineSystem,
  systemRoot: string,
  scan: boolean,
): Promise<DumpSearch> {
  const search = new Search(volume, others);
  const named = namedPlaces(system, systemRoot);
  const [volumes, ...outcomes] = await Promise.all([
    placesOfVolumes(others),
    ...named.map((place) => search.place(place)),
    ...[`${systemDrive}\\`, systemRoot].map((folder) =>
      search.pattern(placeAt(folder, sentences.placeTemporary), "DUMP", ".tmp"),
    ),
    search.minidumps(system, systemRoot),
    ...pageFilePlaces(system, systemRoot).map((place) => search.place(place)),
  ]);
  const found = outcomes.flat();
  for (const one of volumes) found.push(...(await search.otherVolume(one, found)));
  if (scan) found.push(...(await search.byRecord(named, found)));
  const summary = summaryOf(found, system, others.drives);
  if (!isWanting(summary, system)) return summary;
  return { ...summary, searched: [...summary.searched, ...(await findSideDumps(volume, systemRoot))] };
}

/** Whether what was found leaves something to be known of the last crash. */
function isWanting({ dumps: [best], newer }: DumpSearch, system: OfflineSystem): boolean {
  return !best || best.header.complete === false || newer !== null || laterCrash(best.header, system) !== null;
}

class Search {
  constructor(
    private readonly volume: NtfsVolume,
    private readonly others: OtherVolumes,
  ) {}

  /** Looks into one file. */
  async place(place: Place): Promise<Outcome[]> {
    return forPurpose(place.path, () =>
      this.onItsVolume(place, async (volume) => {
        const file = await volume.find(pathOnVolume(place.path));
        if (!file || file.isDirectory) return [outcome(place, false, sentences.absent(place.origin))];
        return [await this.inside(place, file)];
      }),
    );
  }

  /** Looks into the newest files of a folder whose names begin and end so. */
  async pattern(folder: Place, begin: string, end: string): Promise<Outcome[]> {
    const { path, origin, drive } = folder;
    const pattern = `${begin}*${end}`;
    return this.onItsVolume(folder, async (volume) => {
      const files = await forPurpose(`${path}: ${pattern}`, () => filesOf(volume, path, begin, end));
      if (files.length === 0) return [outcome(folder, false, sentences.absentFolder(origin, pattern))];
      const base = path.replace(/\\+$/, "");
      const places = files
        .slice(0, mostOfPattern)
        .map(({ name }) => placeAt(`${base}\\${name}`, origin, "dump", drive));
      return (await Promise.all(places.map((place) => this.place(place)))).flat();
    });
  }

  /** Looks at a place on the volume that it is on; where that cannot be done, the reason is the outcome. */
  private async onItsVolume(place: Place, look: (volume: NtfsVolume) => Promise<Outcome[]>): Promise<Outcome[]> {
    const { origin, drive } = place;
    try {
      if (place.unclear) return [outcome(place, false, sentences.unclearPath(origin))];
      const volume = drive === null ? this.volume : (await this.others.find(drive))?.volume;
      return volume ? await look(volume) : [outcome(place, false, sentences.otherDrive(origin, drive ?? ""))];
    } catch (error) {
      if (!isDamage(error)) throw error;
      return [{ ...outcome(place, false, sentences.unreadable(origin, error.message)), doubt: error.message }];
    }
  }

  async minidumps(system: OfflineSystem, systemRoot: string): Promise<Outcome[]> {
    const folder = system.crashControl?.minidumpDir ?? "%SystemRoot%\\Minidump";
    const resolved = resolveWindowsPath(folder, system, systemRoot);
    return this.pattern({ ...resolved, origin: sentences.placeMinidump, kind: "dump" }, "", ".dmp");
  }

  /** Looks into the usual places of another volume that were not looked into before. */
  async otherVolume({ root, places, problem }: VolumePlaces, found: readonly Outcome[]): Promise<Outcome[]> {
    const line = (why: string): Outcome => outcome({ path: root }, problem !== null, why);
    if (problem) {
      const why = sentences.unreadable(sentences.placeVolume, problem.message);
      return [{ ...line(why), doubt: problem.isDamaged ? problem.message : null }];
    }
    const fresh = places.filter((place) => !found.some((one) => sameText(one.path, place.path)));
    if (fresh.length === 0) return [line(sentences.volumeNone(sentences.placeVolume))];
    return (await Promise.all(fresh.slice(0, mostOfPattern).map((place) => this.place(place)))).flat();
  }

  /** Looks for the named dumps by all file records: the second opinion on folders that are damaged. */
  async byRecord(named: readonly Place[], found: readonly Outcome[]): Promise<Outcome[]> {
    const names = new Set(named.filter((one) => !one.drive).map((one) => one.path.replace(/^.*\\/, "").toUpperCase()));
    const outcomes: Outcome[] = [];
    for (const name of names) {
      for (const file of await forPurpose(`all file records: ${name}`, () => this.volume.scan(name))) {
        const path = systemDrive + file.path;
        const isKnown = found.some((one) => one.found && sameText(one.path, path));
        if (file.isDirectory || isKnown) continue;
        outcomes.push(await this.inside(placeAt(path, sentences.placeScan), file));
      }
    }
    return outcomes;
  }

  private async inside(place: Place, file: NtfsFile): Promise<Outcome> {
    const { origin, kind } = place;
    let header: DumpHeader | null;
    let isUserMode: boolean;
    try {
      const bytes = await file.open("", { uninitialized: isWrittenBelow(place) ? "clusters" : "zeros" });
      header = await readDumpHeader(bytes);
      isUserMode = !header && (await beginsWith(bytes, "MDMP"));
    } catch (error) {
      if (!isDamage(error)) throw error;
      const why = sentences.unreadable(origin, error.message);
      return { ...outcome(place, true, why), damagedFile: kind === "dump", doubt: error.message };
    }
    if (kind === "page-file" && file.size < shortestDump) {
      const why = sentences.pageFileShort(origin, file.size);
      return { ...outcome(place, true, why), doubt: sentences.pageFileDoubt(file.size) };
    }
    if (kind !== "dump") {
      if (!header || header.live) return outcome(place, true, sentences.pageFileIdle(origin));
      return { ...outcome(place, true, ""), dump: reservedDump(place, file, header) };
    }
    if (isUserMode) return outcome(place, true, sentences.foundUserMode(origin));
    if (!header) {
      const isShort = file.size < shortestDump;
      const why = isShort ? sentences.foundShort(origin, file.size) : sentences.foundForeign(origin);
      return { ...outcome(place, true, why), damagedFile: true };
    }
    if (header.live) return outcome(place, true, sentences.foundLive(origin));
    return { ...outcome(place, true, ""), dump: { place, file, header, size: file.size, problem: null } };
  }
}

async function beginsWith(bytes: ByteSource, mark: string): Promise<boolean> {
  return bytes.size >= mark.length && Buffer.from(await bytes.read(0, mark.length)).toString("latin1") === mark;
}

async function filesOf(volume: NtfsVolume, folder: string, begin: string, end: string): Promise<NtfsFile[]> {
  const listed = await volume.list(pathOnVolume(folder), { beginning: begin });
  const files = listed.filter((file) => !file.isDirectory && file.name.toUpperCase().endsWith(end.toUpperCase()));
  return files.sort(newestFirst);
}

function summaryOf(outcomes: readonly Outcome[], system: OfflineSystem, otherDrives: ReadonlySet<string>): DumpSearch {
  const found = outcomes.map((one) => one.dump).filter((dump) => dump !== null);
  const dumps = bestFirst(found.filter((dump) => dump.problem === null));
  const [best] = dumps;
  const doubtful = outcomes.find((one) => one.doubt !== null);
  return {
    dumps,
    armed: found.filter((dump) => dump.problem !== null),
    newer: best ? newerCutOff(dumps, best) : null,
    damaged: outcomes.find((one) => one.damagedFile)?.path ?? null,
    doubt: doubtful ? { path: doubtful.path, problem: doubtful.doubt ?? "" } : null,
    searched: outcomes.map(({ path, found, why, dump }) => {
      return { path, found, why: dump ? worthOf(dump, dump === best, system) : why };
    }),
    otherDrives,
  };
}

function outcome({ path }: { readonly path: string }, found: boolean, why: string): Outcome {
  return { path, found, why, dump: null, damagedFile: false, doubt: null };
}
