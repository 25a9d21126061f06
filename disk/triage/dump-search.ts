import { readDumpHeader, type DumpHeader } from "../crash-dump/dump-header";
import type { NtfsFile } from "../ntfs/ntfs-file";
import type { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";
import {
  isTemporaryDump,
  namedPlaces,
  pageFilePlaces,
  pathOnVolume,
  resolveWindowsPath,
  systemDrive,
  type Place,
} from "./dump-places";
import { isDamage, type OfflineSystem } from "./offline-registry";
import type { OtherVolumes } from "./other-volumes";
import { sentences } from "./sentences";
import type { Searched } from "./triage-answer";

const shortestDump = 0x1000;

/** Files of one pattern that are looked into, the newest first. */
const mostOfPattern = 5;

/** A file with a dump in it. */
export interface FoundDump {
  readonly place: Place;
  readonly file: NtfsFile;
  readonly header: DumpHeader;
}

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
  /** Dumps in files of their own, the best first. */
  readonly dumps: readonly FoundDump[];
  /** Page files that hold a dump. */
  readonly armed: readonly FoundDump[];
  /** The first file that should be a dump and is none; null when there is none. */
  readonly damaged: string | null;
  /** The first place that damage hides; null when there is none. */
  readonly doubt: { readonly path: string; readonly problem: string } | null;
  readonly searched: readonly Searched[];
  /** Drives besides that of Windows that settings name and that are on this disk. */
  readonly otherDrives: ReadonlySet<string>;
}

/** Looks at every place where Windows leaves a dump, side by side. */
export async function searchDumps(
  volume: NtfsVolume,
  others: OtherVolumes,
  system: OfflineSystem,
  systemRoot: string,
  scan: boolean,
): Promise<DumpSearch> {
  const search = new Search(volume, others);
  const named = namedPlaces(system, systemRoot);
  const outcomes = await Promise.all([
    ...named.map((place) => search.place(place)),
    ...[`${systemDrive}\\`, systemRoot].map((folder) =>
      search.pattern(folder, "DUMP", ".tmp", sentences.placeTemporary),
    ),
    search.minidumps(system.crashControl?.minidumpDir ?? "%SystemRoot%\\Minidump", systemRoot),
    ...pageFilePlaces(system, systemRoot).map((place) => search.place(place)),
  ]);
  const found = outcomes.flat();
  return summaryOf(scan ? [...found, ...(await search.byRecord(named, found))] : found, others.drives);
}

class Search {
  constructor(
    private readonly volume: NtfsVolume,
    private readonly others: OtherVolumes,
  ) {}

  /** Looks into one file. */
  async place(place: Place): Promise<Outcome[]> {
    return forPurpose(place.path, async () => {
      try {
        const on = await this.volumeOf(place.drive);
        if (!on) return [outcome(place, false, sentences.otherDrive(place.origin, place.drive ?? ""))];
        const file = await on.find(pathOnVolume(place.path));
        if (!file || file.isDirectory) return [outcome(place, false, sentences.absent(place.origin))];
        return [await this.inside(place, file)];
      } catch (error) {
        if (!isDamage(error)) throw error;
        const why = sentences.unreadable(place.origin, error.message);
        return [{ ...outcome(place, false, why), doubt: error.message }];
      }
    });
  }

  /** Looks into the newest files of a folder whose names begin and end so. */
  async pattern(
    folder: string,
    begin: string,
    end: string,
    origin: string,
    drive: string | null = null,
  ): Promise<Outcome[]> {
    const pattern = `${begin}*${end}`;
    try {
      const on = await this.volumeOf(drive);
      if (!on) return [outcome({ path: folder }, false, sentences.otherDrive(origin, drive ?? ""))];
      const files = await forPurpose(`${folder}: ${pattern}`, () => filesOf(on, folder, begin, end));
      if (files.length === 0) return [outcome({ path: folder }, false, sentences.absentFolder(origin, pattern))];
      const base = folder.replace(/\\+$/, "");
      const places = files.slice(0, mostOfPattern).map((file) => dumpPlace(`${base}\\${file.name}`, origin, drive));
      return (await Promise.all(places.map((place) => this.place(place)))).flat();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const why = sentences.unreadable(origin, error.message);
      return [{ ...outcome({ path: folder }, false, why), doubt: error.message }];
    }
  }

  async minidumps(folder: string, systemRoot: string): Promise<Outcome[]> {
    const { path, drive } = resolveWindowsPath(folder, systemRoot);
    return this.pattern(path, "", ".dmp", sentences.placeMinidump, drive);
  }

  /** Looks for the named dumps by all file records: the second opinion on folders that are damaged. */
  async byRecord(named: readonly Place[], found: readonly Outcome[]): Promise<Outcome[]> {
    const names = new Set(named.filter((one) => !one.drive).map((one) => one.path.replace(/^.*\\/, "").toUpperCase()));
    const outcomes: Outcome[] = [];
    for (const name of names) {
      for (const file of await forPurpose(`all file records: ${name}`, () => this.volume.scan(name))) {
        const path = systemDrive + file.path;
        const isKnown = found.some((one) => one.found && one.path.toUpperCase() === path.toUpperCase());
        if (file.isDirectory || isKnown) continue;
        outcomes.push(await this.inside(dumpPlace(path, sentences.placeScan), file));
      }
    }
    return outcomes;
  }

  /** The volume of a drive, that of Windows when none is named; null for one that is not on this disk. */
  private async volumeOf(drive: string | null): Promise<NtfsVolume | null> {
    return drive === null ? this.volume : ((await this.others.find(drive))?.volume ?? null);
  }

  private async inside(place: Place, file: NtfsFile): Promise<Outcome> {
    const { origin } = place;
    let header: DumpHeader | null;
    try {
      const uninitialized = place.writtenBelow ? "clusters" : "zeros";
      header = await readDumpHeader(await file.open("", { uninitialized }));
    } catch (error) {
      if (!isDamage(error)) throw error;
      const why = sentences.unreadable(origin, error.message);
      return { ...outcome(place, true, why), damagedFile: place.kind === "dump", doubt: error.message };
    }
    if (place.kind === "page-file" && file.size < shortestDump) {
      const why = sentences.pageFileShort(origin, file.size);
      return { ...outcome(place, true, why), doubt: sentences.pageFileDoubt(file.size) };
    }
    if (place.kind === "page-file") {
      const why = header ? sentences.pageFileArmed(origin) : sentences.pageFileIdle(origin);
      return { ...outcome(place, true, why), dump: header && { place, file, header } };
    }
    if (!header) {
      const isShort = file.size < shortestDump;
      const why = isShort ? sentences.foundShort(origin, file.size) : sentences.foundForeign(origin);
      return { ...outcome(place, true, why), damagedFile: true };
    }
    if (header.live) return outcome(place, true, sentences.foundLive(origin));
    return { ...outcome(place, true, ""), dump: { place, file, header } };
  }
}

async function filesOf(volume: NtfsVolume, folder: string, begin: string, end: string): Promise<NtfsFile[]> {
  const listed = await volume.list(pathOnVolume(folder), { beginning: begin });
  const files = listed.filter((file) => !file.isDirectory && file.name.toUpperCase().endsWith(end.toUpperCase()));
  return files.sort((one, other) => (other.modified ?? "").localeCompare(one.modified ?? ""));
}

function summaryOf(outcomes: readonly Outcome[], otherDrives: ReadonlySet<string>): DumpSearch {
  const found = outcomes.map((one) => one.dump).filter((dump) => dump !== null);
  const dumps = found.filter((dump) => dump.place.kind === "dump").sort(byWorth);
  const doubtful = outcomes.find((one) => one.doubt !== null);
  return {
    dumps,
    armed: found.filter((dump) => dump.place.kind === "page-file"),
    damaged: outcomes.find((one) => one.damagedFile)?.path ?? null,
    doubt: doubtful ? { path: doubtful.path, problem: doubtful.doubt ?? "" } : null,
    searched: outcomes.map(({ path, found, why, dump }) => ({
      path,
      found,
      why: why !== "" || !dump ? why : worthOf(dump, dump === dumps[0]),
    })),
    otherDrives,
  };
}

/** Why a dump was taken or left. */
export function worthOf({ place, header }: FoundDump, isBest: boolean): string {
  const say = isBest ? sentences.foundBest : sentences.foundOther;
  return say(place.origin, header.kind, header.bugCheck.code);
}

/** A small dump is better than none, and worse than any other; then the newest. The order of places decides the rest. */
function byWorth(one: FoundDump, other: FoundDump): number {
  return rank(other) - rank(one) || (other.header.systemTime ?? "").localeCompare(one.header.systemTime ?? "");
}

function rank({ header }: FoundDump): number {
  return header.kind === "minidump" || header.kind === "header" ? 0 : 1;
}

function dumpPlace(path: string, origin: string, drive: string | null = null): Place {
  return { path, origin, kind: "dump", drive, writtenBelow: isTemporaryDump(path) };
}

function outcome({ path }: { readonly path: string }, found: boolean, why: string): Outcome {
  return { path, found, why, dump: null, damagedFile: false, doubt: null };
}
