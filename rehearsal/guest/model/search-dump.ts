import { readDumpHeader, type DumpHeader } from "../../../disk";
import { WindowsError } from "../windows/errors";
import { convertOfflinePath, namedPlaces, pageFilePlaces, type Place } from "./dump-places";
import type { OfflineSystem } from "./offline-system";
import type { ModelContext } from "./run-model";

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
  readonly size: number;
  readonly line: Searched | null;
}

/** What a search gives. */
export interface SearchResult {
  readonly best: Candidate | null;
  /** Page files that hold a dump. */
  readonly armed: readonly Candidate[];
  /** The first file that should be a dump and is none; null when there is none. */
  readonly damaged: string | null;
  readonly searched: readonly Searched[];
}

/** Looks at every place a dump can be, as the script does. */
export async function searchDump(
  context: ModelContext,
  system: OfflineSystem,
  windowsRoot: string,
): Promise<SearchResult> {
  const search = new Search(context);
  const { text } = context;
  const why = system.problem === null ? text("hive-read", system.controlSet) : text("hive-problem", system.problem);
  search.add(system.hive, system.problem === null, why);

  const drive = windowsRoot.slice(0, 2);
  const minidumps = system.setting("MinidumpDir");
  const to = convertOfflinePath(
    typeof minidumps === "string" && minidumps ? minidumps : "%SystemRoot%\\Minidump",
    windowsRoot,
  );
  const candidates = await search.test(namedPlaces(context, system, windowsRoot));
  for (const folder of [`${drive}\\`, windowsRoot]) {
    const places = await search.folder(folder, "DUMP*.tmp", "place-temporary", MOST_TEMPORARY);
    candidates.push(...(await search.test(places)));
  }
  if (to.drive !== null) search.add(to.path, false, text("other-drive", text("place-minidump"), to.drive));
  else candidates.push(...(await search.test(await search.folder(to.path, "*.dmp", "place-minidump", MOST_MINIDUMPS))));
  const armed = await search.test(pageFilePlaces(context, system, windowsRoot));
  return { best: selectBest(context, candidates), armed, damaged: search.damaged, searched: search.searched };
}

class Search {
  readonly searched: Searched[] = [];
  damaged: string | null = null;

  constructor(private readonly context: ModelContext) {}

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

  /** Files of a folder that fit a pattern, the newest first. */
  async folder(folder: string, pattern: string, origin: string, most: number): Promise<Place[]> {
    const { text, windows } = this.context;
    const like = new RegExp(`^${pattern.replace(".", "\\.").replace("*", ".*")}$`, "is");
    const there = await windows.find(folder).catch(nullIfWindows);
    const listed = there ? await windows.list(folder).catch(() => []) : [];
    const files = listed.filter((file) => !file.isFolder && like.test(file.name));
    files.sort(
      (a, b) => compare(b.modified ?? "", a.modified ?? "") || compare(a.name.toUpperCase(), b.name.toUpperCase()),
    );
    if (files.length === 0) this.add(folder, false, text("absent-folder", text(origin), pattern));
    const base = folder.replace(/\\+$/, "");
    return files
      .slice(0, most)
      .map((file) => ({ path: `${base}\\${file.name}`, origin: text(origin), kind: "dump", drive: null }));
  }

  private async testPlace(place: Place): Promise<Candidate | null> {
    const { text, windows } = this.context;
    const { path, origin } = place;
    const tell = (found: boolean, key: string, ...values: (string | number)[]): null => {
      this.add(path, found, text(key, origin, ...values));
      return null;
    };
    if (place.drive !== null) return tell(false, "other-drive", place.drive);
    const file = await windows.find(path).catch(nullIfWindows);
    if (!file || file.isFolder) return tell(false, "absent");
    let header: DumpHeader | null;
    try {
      header = await readDumpHeader(await windows.open(path));
    } catch (error) {
      if (!(error instanceof WindowsError)) throw error;
      if (place.kind === "dump") this.damaged ??= path;
      return tell(true, "unreadable", error.message);
    }
    if (place.kind === "page-file") {
      tell(true, header ? "page-file-armed" : "page-file-idle");
      return header && { place, header, size: file.size, line: null };
    }
    if (!header) this.damaged ??= path;
    if (!header) return file.size < SHORTEST_DUMP ? tell(true, "found-short", file.size) : tell(true, "found-foreign");
    if (header.live) return tell(true, "found-live");
    return { place, header, size: file.size, line: this.add(path, true, "") };
  }
}

function selectBest({ text, say }: ModelContext, candidates: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    const ranks: number = best ? rank(candidate) - rank(best) : 1;
    const newer = compare(candidate.header.systemTime ?? "", best?.header.systemTime ?? "") > 0;
    if (ranks > 0 || (ranks === 0 && newer)) best = candidate;
  }
  for (const { place, header, line } of candidates) {
    const sentence = best?.place === place ? "found-best" : "found-other";
    const why = text(sentence, place.origin, header.kind, header.bugCheck.code);
    if (line) line.why = why;
    say(`searched ${place.path} - ${why}`);
  }
  return best;
}

/** A small dump is better than none, and worse than any other. */
function rank({ header }: Candidate): number {
  return header.kind === "minidump" || header.kind === "header" ? 0 : 1;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function nullIfWindows(error: unknown): null {
  if (error instanceof WindowsError) return null;
  throw error;
}
