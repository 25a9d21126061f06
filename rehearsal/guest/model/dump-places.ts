import type { OfflineSystem } from "./offline-system";
import type { ModelContext } from "./run-model";

/** A place where a dump may be. */
export interface Place {
  readonly path: string;
  /** What the place is, in words. */
  readonly origin: string;
  readonly kind: "dump" | "page-file";
  /** Drive of the broken VM that is not on this disk, such as `D:`; null when the path is on this one. */
  readonly drive: string | null;
}

/** A path as the broken Windows writes it, on this VM's drives. */
export function convertOfflinePath(path: string, windowsRoot: string): { path: string; drive: string | null } {
  const drive = windowsRoot.slice(0, 2);
  let expanded = path
    .replace(/^\\\?\?\\/, "")
    .replace(/%(systemroot|windir)%/gi, () => windowsRoot)
    .replace(/%systemdrive%/gi, () => drive);
  if (/^\\SystemRoot\\/i.test(expanded)) expanded = windowsRoot + expanded.slice("\\SystemRoot".length);
  const letter = /^([A-Za-z]):\\/.exec(expanded)?.[1]?.toUpperCase();
  if (!letter) return { path: expanded, drive: null };
  const moved = expanded.slice(0, 2).toUpperCase() === drive.toUpperCase() && !/^[A-Za-z]:/.test(path);
  if (moved) return { path: expanded, drive: null };
  return letter === "C" ? { path: drive + expanded.slice(2), drive: null } : { path: expanded, drive: `${letter}:` };
}

/** Paths of the page files, as the broken Windows writes them. */
export function pageFilesOf(system: OfflineSystem): string[] {
  const paths: string[] = [];
  for (const entry of [...(system.strings("PagingFiles") ?? []), ...(system.strings("ExistingPageFiles") ?? [])]) {
    const path = entry.replace(/^\\\?\?\\/, "").replace(/(\s+\d+){1,2}\s*$/, "");
    if (path !== "" && !paths.some((known) => sameText(known, path))) paths.push(path);
  }
  return paths;
}

/** Whether two paths are equal, case aside. */
export function sameText(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

/** A path of a page file with "any drive" taken as C:. */
export function withDrive(path: string): string {
  return path.replace(/^\?:/, "C:");
}

/** Places whose path is known beforehand, in the order of trust. */
export function namedPlaces({ text }: ModelContext, system: OfflineSystem, windowsRoot: string): Place[] {
  const places: Place[] = [];
  const byDefault = `${windowsRoot}\\MEMORY.DMP`;
  const named = (data: unknown, origin: string): void => {
    if (typeof data === "string" && data !== "") {
      places.push({ ...convertOfflinePath(data, windowsRoot), origin: text(origin), kind: "dump" });
    }
  };
  named(system.setting("DumpFile"), "place-dump-file");
  if (!places.some((place) => sameText(place.path, byDefault))) {
    places.push({ path: byDefault, origin: text("place-default"), kind: "dump", drive: null });
  }
  named(system.setting("DedicatedDumpFile"), "place-dedicated");
  return places;
}

/** Page files: those that the registry names, and the usual one. */
export function pageFilePlaces({ text }: ModelContext, system: OfflineSystem, windowsRoot: string): Place[] {
  const usual = `${windowsRoot.slice(0, 2)}\\pagefile.sys`;
  const origin = text("place-page-file");
  const places: Place[] = pageFilesOf(system).map((path) => ({
    ...convertOfflinePath(withDrive(path), windowsRoot),
    origin,
    kind: "page-file",
  }));
  places.push({ path: usual, origin, kind: "page-file", drive: null });
  // "C:\pagefile.sys" and "?:\pagefile.sys" may be one file; the first mention stands.
  return places.filter((place, index) => places.findIndex((other) => sameText(other.path, place.path)) === index);
}
