import { convertOfflinePath, type OfflinePath } from "./offline-path";
import type { OfflineSystem } from "./offline-system";
import type { Search } from "./search-dump";

/** A place where a dump may be. */
export interface Place extends OfflinePath {
  /** What the place is, in words. */
  readonly origin: string;
  /** A page file and the dedicated dump file are written below the file system and are longer than the dump. */
  readonly kind: "dump" | "page-file" | "dedicated";
}

/** A place by its path on the repair VM. */
export function placeAt(path: string, origin: string, kind: Place["kind"] = "dump"): Place {
  return { path, origin, kind, drive: null, closed: null, unclear: false };
}

/** A place by a path as the broken Windows writes it. */
export function namedPlace(search: Search, path: string, origin: string, kind: Place["kind"] = "dump"): Place {
  const to = convertOfflinePath(path, search.system, search.drives, search.windowsRoot);
  return { ...to, origin: search.context.text(origin), kind };
}

/** What tells a place from others. A path that cannot be reached has a letter of the broken VM, which is another drive here. */
function identityOf({ path, drive, closed }: Place): string {
  return `${path}${drive ?? ""}${closed ?? ""}`.toUpperCase();
}

/** Paths of the page files, as the broken Windows writes them. */
export function pageFilesOf(system: OfflineSystem): string[] {
  const paths: string[] = [];
  for (const entry of [...(system.strings("PagingFiles") ?? []), ...(system.strings("ExistingPageFiles") ?? [])]) {
    const path = entry.replace(/^\\\?\?\\/, "").replace(/(?<!\s)(\s+\d+){1,2}\s*$/, "");
    if (path !== "" && !paths.some((known) => sameText(known, path))) paths.push(path);
  }
  return paths;
}

/** Whether two paths are equal, case aside. */
export function sameText(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

/** Places whose path is known beforehand, in the order of trust. */
export function namedPlaces(search: Search): Place[] {
  const { system, windowsRoot, context } = search;
  const [dumpFile, dedicated] = [system.text("DumpFile"), system.text("DedicatedDumpFile")];
  const places = dumpFile === null ? [] : [namedPlace(search, dumpFile, "place-dump-file")];
  const usual = placeAt(`${windowsRoot}\\MEMORY.DMP`, context.text("place-default"));
  if (!places.some((place) => identityOf(place) === identityOf(usual))) places.push(usual);
  if (dedicated !== null) places.push(namedPlace(search, dedicated, "place-dedicated", "dedicated"));
  return places;
}

/** Page files: those that the registry names, and the usual one. */
export function pageFilePlaces(search: Search): Place[] {
  const places = pageFilesOf(search.system).map((path) => namedPlace(search, path, "place-page-file", "page-file"));
  const usual = `${search.windowsRoot.slice(0, 2)}\\pagefile.sys`;
  places.push(placeAt(usual, search.context.text("place-page-file"), "page-file"));
  // "C:\pagefile.sys" and "?:\pagefile.sys" may be one file; the first mention stands.
  const identities = places.map(identityOf);
  return places.filter((_, index) => identities.indexOf(identities[index] ?? "") === index);
}
