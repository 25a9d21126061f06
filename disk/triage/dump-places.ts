import { sentences } from "./sentences";
import type { OfflineSystem } from "./offline-registry";
import { longestPath } from "./registry-settings";

/** The drive that the running Windows calls its own: C: on every VM made from an Azure image. */
export const systemDrive = "C:";

/** Where a path is that the broken Windows writes. */
export interface ResolvedPath {
  /** As Windows sees it: `C:\Windows\MEMORY.DMP`. */
  readonly path: string;
  /** Drive of the broken VM besides that of Windows, such as `D:`; null when the path is on the volume of Windows. */
  readonly drive: string | null;
  /** True when it is no full path, so that no volume is known for it. */
  readonly unclear: boolean;
}

/** A place where a dump may be. */
export interface Place extends ResolvedPath {
  /** What the place is, in words. */
  readonly origin: string;
  /** A page file and the dedicated dump file are kept ready by Windows and are longer than the dump in them. */
  readonly kind: "dump" | "page-file" | "dedicated";
}

/** Whether the crash driver writes a place below the file system, which then knows less than the clusters hold. */
export function isWrittenBelow({ kind, path }: Pick<Place, "kind" | "path">): boolean {
  return kind !== "dump" || isTemporaryDump(path);
}

/** Variables name each other at most so deep. */
const deepest = 5;

/** A path as the broken Windows writes it: with its variables, `\??\`, `?:` or `\SystemRoot`. */
export function resolveWindowsPath(path: string, system: OfflineSystem, systemRoot: string): ResolvedPath {
  let expanded = expand(path, system, systemRoot)
    .replace(/^\\\?\?\\/, "")
    .replace(/^\?:/, systemDrive)
    .replace(/^\\SystemRoot(?=\\)/i, () => systemRoot);
  if (/^\\[^\\?.]/.test(expanded)) expanded = systemDrive + expanded;
  const letter = /^([A-Za-z]):\\/.exec(expanded)?.[1]?.toUpperCase();
  if (!letter) return { path: expanded, drive: null, unclear: true };
  const drive = `${letter}:`;
  return { path: drive + expanded.slice(2), drive: drive === systemDrive ? null : drive, unclear: false };
}

/** Puts in the variables of the broken Windows; one that is not known stays. */
function expand(path: string, system: OfflineSystem, systemRoot: string): string {
  // Characters that variables put in at most.
  let left = longestPath;
  const valueOf = (whole: string, name: string): string => {
    if (/^(systemroot|windir)$/i.test(name)) return systemRoot;
    if (/^systemdrive$/i.test(name)) return systemDrive;
    const value = system.variable(name) ?? whole;
    left -= value.length;
    return left < 0 ? whole : value;
  };
  let expanded = path;
  for (let round = 0; round < deepest && /%[^%]+%/.test(expanded); round++) {
    expanded = expanded.replace(/%([^%]+)%/g, valueOf);
  }
  return expanded;
}

/** A path on its volume, for a path as Windows sees it, or one on a volume without a letter (`partition 2:\MEMORY.DMP`). */
export function pathOnVolume(path: string): string {
  return path.replace(/^([A-Za-z]|partition \d+):/, "") || "\\";
}

/** Behind the path of a page file; from the first space of a row, since from every one of them a long row takes hours. */
const sizesOfPageFile = /(?<!\s)(\s+\d+){1,2}\s*$/;

/** Paths of the page files, as the broken Windows writes them. */
export function pageFilePaths(system: OfflineSystem): string[] {
  const paths: string[] = [];
  for (const entry of [...(system.crashControl?.pagingFiles ?? []), ...system.existingPageFiles]) {
    const path = entry.replace(/^\\\?\?\\/, "").replace(sizesOfPageFile, "");
    if (path !== "" && !paths.some((known) => sameText(known, path))) paths.push(path);
  }
  return paths;
}

/** A place by a path as Windows sees it. */
export function placeAt(
  path: string,
  origin: string,
  kind: Place["kind"] = "dump",
  drive: string | null = null,
): Place {
  return { path, origin, kind, drive, unclear: false };
}

/** Places whose path is known beforehand, in the order of trust. */
export function namedPlaces(system: OfflineSystem, systemRoot: string): Place[] {
  const { dumpFile, dedicatedDumpFile } = system.crashControl ?? {};
  const byDefault = `${systemRoot}\\MEMORY.DMP`;
  const named = (path: string, origin: string, kind: Place["kind"]): Place => {
    return { ...resolveWindowsPath(path, system, systemRoot), origin, kind };
  };
  const places = dumpFile ? [named(dumpFile, sentences.placeDumpFile, "dump")] : [];
  if (!places.some((one) => sameText(one.path, byDefault))) places.push(placeAt(byDefault, sentences.placeDefault));
  if (dedicatedDumpFile) places.push(named(dedicatedDumpFile, sentences.placeDedicated, "dedicated"));
  return places;
}

/**
 * Whether a path is that of a dump which Windows has taken out of the page file and not renamed yet: the page file itself,
 * cut off, so that it is written below the file system as well. Source: KB 886429 (Microsoft).
 */
export function isTemporaryDump(path: string): boolean {
  return /(^|\\)DUMP[^\\]*\.tmp$/i.test(path);
}

/** Page files: those that the registry names, and the usual one. */
export function pageFilePlaces(system: OfflineSystem, systemRoot: string): Place[] {
  const places: Place[] = [];
  for (const path of [...pageFilePaths(system), `${systemDrive}\\pagefile.sys`]) {
    const resolved = resolveWindowsPath(path, system, systemRoot);
    if (places.some((known) => sameText(known.path, resolved.path))) continue;
    places.push({ ...resolved, origin: sentences.placePageFile, kind: "page-file" });
  }
  return places;
}

/** Whether two paths are equal, case aside. */
export function sameText(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}
