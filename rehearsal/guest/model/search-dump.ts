import { readDumpHeader, type ByteSource, type DumpHeader } from "../../../disk";
import { WindowsError } from "../windows/errors";
import type { FileFacts } from "../windows/simulated-windows";
import { compare } from "./compare";
import { driveMapOf, type DriveMap } from "./drive-letters";
import { newerCutOff, selectBest } from "./dump-choice";
import { namedPlace, namedPlaces, pageFilePlaces, placeAt, sameText, type Place } from "./dump-places";
import { likePattern } from "./like-pattern";
import type { OfflineSystem } from "./offline-system";
import { reservedProblem } from "./reserved-dumps";
import type { ModelContext } from "./run-model";
import { addLiveDumps, addProgramDumps } from "./side-dumps";

const SHORTEST_DUMP = 0x1000;
const MOST_TEMPORARY = 5;
const MOST_MINIDUMPS = 5;

/** A line of the answer's list of places. */
export interface Searched {
  readonly path: string;
  readonly found: boolean;
  why: string;
}

/** A file with a dump in it. */
export interface Candidate {
  readonly place: Place;
  readonly header: DumpHeader;
  /** Bytes that are of the dump; of the file when the dump cannot be taken out of it. */
  readonly size: number;
  readonly line: Searched | null;
  /** Why the dump cannot be taken out of its file. */
  readonly problem: string | null;
}

/** What a search gives. */
export interface SearchResult {
  readonly best: Candidate | null;
  /** Path of a dump of a later crash that is cut off; null when there is none. */
  readonly newer: string | null;
  /** Files that hold a dump which cannot be taken out of them. */
  readonly armed: readonly Candidate[];
  /** The first file that should be a dump and is none; null when there is none. */
  readonly damaged: string | null;
  readonly search: Search;
}

/** Looks at every place a dump can be, as the script does. */
export async function searchDump(
  context: ModelContext,
  system: OfflineSystem,
  windowsRoot: string,
): Promise<SearchResult> {
  const search = new Search(context, system, windowsRoot, driveMapOf(context, system, windowsRoot));
  const { text } = context;
  const why = system.problem === null ? text("hive-read", system.selected) : text("hive-problem", system.problem);
  search.add(system.hive, system.problem === null, why);

  const found = await search.test(namedPlaces(search));
  for (const folder of [`${windowsRoot.slice(0, 2)}\\`, windowsRoot]) {
    found.push(...(await search.test(await search.folder(folder, "DUMP*.tmp", "place-temporary", MOST_TEMPORARY))));
  }
  found.push(...(await search.minidumps()));
  found.push(...(await search.test(pageFilePlaces(search))));
  found.push(...(await search.otherVolumes()));
  await addLiveDumps(search);
  await addProgramDumps(search);
  const whole = found.filter((candidate) => candidate.problem === null);
  const best = selectBest(context, whole, system);
  return {
    best,
    newer: best && newerCutOff(whole, best),
    armed: found.filter((candidate) => candidate.problem !== null),
    damaged: search.damaged,
    search,
  };
}

/** A search, with the lines that it has written. */
export class Search {
  readonly searched: Searched[] = [];
  damaged: string | null = null;

  constructor(
    readonly context: ModelContext,
    readonly system: OfflineSystem,
    readonly windowsRoot: string,
    readonly drives: DriveMap,
  ) {}

  add(path: string, found: boolean, why: string): Searched {
    const line = { path, found, why };
    this.searched.push(line);
    if (why !== "") this.context.say(`searched ${path} - ${why}`);
    return line;
  }

  async test(places: readonly Place[]): Promise<Candidate[]> {
    const candidates: Candidate[] = [];
    for (const place of places) {
      const candidate = await this.testPlace(place);
      if (candidate) candidates.push(candidate);
    }
    return candidates;
  }

  minidumpFolder(): Place {
    return namedPlace(this, this.system.text("MinidumpDir") ?? "%SystemRoot%\\Minidump", "place-minidump");
  }

  async minidumps(): Promise<Candidate[]> {
    const place = this.minidumpFolder();
    if (this.addElsewhere(place)) return [];
    return this.test(await this.folder(place.path, "*.dmp", "place-minidump", MOST_MINIDUMPS));
  }

  /** Looks at the usual places of each other volume of the disk that has a letter. */
  async otherVolumes(): Promise<Candidate[]> {
    const candidates: Candidate[] = [];
    const origin = this.context.text("place-volume");
    for (const { letter, windows } of this.drives.partitions) {
      if (windows || letter === null) continue;
      // A path that was not found is none of these files: its letter may be one of the broken VM.
      const known = this.searched.filter((line) => line.found).map((line) => line.path);
      const files = await this.unlessUnreadable(`${letter}:\\`, origin, () => this.filesOfVolume(`${letter}:`));
      if (!files) continue;
      const fresh = files.filter((path) => !known.some((one) => sameText(one, path))).slice(0, MOST_TEMPORARY);
      if (fresh.length === 0) this.add(`${letter}:\\`, false, this.context.text("volume-none", origin));
      const kindOf = (path: string): Place["kind"] => (/\\pagefile\.sys$/i.test(path) ? "page-file" : "dump");
      candidates.push(...(await this.test(fresh.map((path) => placeAt(path, origin, kindOf(path))))));
    }
    return candidates;
  }

  /** The usual places of a dump on a volume, as far as there is a file. */
  private async filesOfVolume(drive: string): Promise<string[]> {
    const paths: string[] = [];
    for (const pattern of ["DUMP*.tmp", "MEMORY*.DMP", "pagefile.sys"]) {
      paths.push(...(await this.newest(`${drive}\\`, pattern)).map((file) => `${drive}\\${file.name}`));
    }
    const other = `${drive}\\Windows\\MEMORY.DMP`;
    const there = await this.context.windows.find(other).catch(nullIfWindows);
    return there && !there.isFolder ? [...paths, other] : paths;
  }

  /** Files of a folder that fit a pattern, the newest first; a line when there is none. */
  async folder(folder: string, pattern: string, origin: string, most: number): Promise<Place[]> {
    const { text } = this.context;
    const files = await this.unlessUnreadable(folder, text(origin), () => this.newest(folder, pattern));
    if (files?.length === 0) this.add(folder, false, text("absent-folder", text(origin), pattern));
    const base = folder.replace(/\\+$/, "");
    return (files ?? []).slice(0, most).map((file) => placeAt(`${base}\\${file.name}`, text(origin)));
  }

  /** Null, and a line, when the folder cannot be read. */
  async unlessUnreadable<T>(folder: string, origin: string, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof WindowsError)) throw error;
      this.add(folder, true, this.context.text("unreadable", origin, error.message));
      return null;
    }
  }

  /** What is in a folder; nothing when it is not there. */
  async entries(folder: string): Promise<FileFacts[]> {
    const { windows } = this.context;
    const there = await windows.find(folder).catch(nullIfWindows);
    return there ? windows.list(folder) : [];
  }

  /** Files of a folder whose name fits, the newest first; none when the folder is not there. */
  async newest(folder: string, pattern: string): Promise<FileFacts[]> {
    const like = likePattern(pattern);
    const files = (await this.entries(folder)).filter((file) => !file.isFolder && like.test(file.name));
    return files.sort(
      (a, b) => compare(b.modified ?? "", a.modified ?? "") || compare(a.name.toUpperCase(), b.name.toUpperCase()),
    );
  }

  /** Why a place cannot be looked at from here; null when it can. */
  elsewhere({ origin, drive, closed, unclear }: Place): string | null {
    const { text } = this.context;
    if (unclear) return text("unclear-path", origin);
    if (closed !== null) return text("closed-drive", origin, closed);
    return drive === null ? null : text("other-drive", origin, drive);
  }

  /** Adds the line of a place that cannot be looked at from here; says whether it is one. */
  private addElsewhere(place: Place): boolean {
    const why = this.elsewhere(place);
    if (why !== null) this.add(place.path, false, why);
    return why !== null;
  }

  private async testPlace(place: Place): Promise<Candidate | null> {
    const { text, windows } = this.context;
    const { path, origin } = place;
    const tell = (found: boolean, key: string, ...values: (string | number)[]): null => {
      this.add(path, found, text(key, origin, ...values));
      return null;
    };
    if (this.addElsewhere(place)) return null;
    const file = await windows.find(path).catch(nullIfWindows);
    if (!file || file.isFolder) return tell(false, "absent");
    let header: DumpHeader | null;
    let mark: string;
    try {
      const bytes = await windows.open(path);
      header = await readDumpHeader(bytes);
      mark = await markOf(bytes);
    } catch (error) {
      if (!(error instanceof WindowsError)) throw error;
      if (place.kind === "dump") this.damaged ??= path;
      return tell(true, "unreadable", error.message);
    }
    if (place.kind !== "dump") return this.testReserved(place, file, header);
    if (!header && mark === "MDMP") return tell(true, "found-user-mode");
    if (!header) this.damaged ??= path;
    if (!header) return file.size < SHORTEST_DUMP ? tell(true, "found-short", file.size) : tell(true, "found-foreign");
    if (header.live) return tell(true, "found-live");
    return { place, header, size: file.size, line: this.add(path, true, ""), problem: null };
  }

  private async testReserved(place: Place, file: FileFacts, header: DumpHeader | null): Promise<Candidate | null> {
    const { text } = this.context;
    const { path, origin } = place;
    if (!header || header.live) {
      this.add(path, true, text("page-file-idle", origin));
      return null;
    }
    const required = header.requiredSize;
    const problem = await reservedProblem(this.context, path, file.size, header);
    if (problem !== null) {
      this.add(path, true, `${text("page-file-armed", origin)}; ${problem}`);
      const complete = required !== null && required > file.size ? false : null;
      return { place, header: { ...header, complete }, size: file.size, line: null, problem };
    }
    const whole = { ...header, complete: true };
    return { place, header: whole, size: required ?? 0, line: this.add(path, true, ""), problem: null };
  }
}

async function markOf(bytes: ByteSource): Promise<string> {
  return Buffer.from(await bytes.read(0, Math.min(4, bytes.size))).toString("latin1");
}

function nullIfWindows(error: unknown): null {
  if (error instanceof WindowsError) return null;
  throw error;
}
