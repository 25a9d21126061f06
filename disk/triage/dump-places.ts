import { sentences } from "./sentences";
import type { OfflineSystem } from "./offline-registry";

/** The drive that the running Windows calls its own: C: on every VM made from an Azure image. */
export const systemDrive = "C:";

/** A place where a dump may be. */
export interface Place {
  /** As Windows sees it: `C:\Windows\MEMORY.DMP`. */
  readonly path: string;
  /** What the place is, in words. */
  readonly origin: string;
  readonly kind: "dump" | "page-file";
  /** Drive of the broken VM besides that of Windows, such as `D:`; null when the path is on the volume of Windows. */
  readonly drive: string | null;
  /** True where the crash driver writes below the file system, which then knows less than the clusters hold. */
  readonly writtenBelow: boolean;
}

/** A path as the broken Windows writes it: with variables, `\??\` or `\SystemRoot`. */
export function resolveWindowsPath(path: string, systemRoot: string): { path: string; drive: string | null } {
  const expanded = path
    .replace(/^\\\?\?\\/, "")
    .replace(/^\?:/, systemDrive)
    .replace(/%(systemroot|windir)%/gi, () => systemRoot)
    .replace(/%systemdrive%/gi, () => systemDrive)
    .replace(/^\\SystemRoot(?=\\)/i, () => systemRoot);
  const letter = /^([A-Za-z]):\\/.exec(expanded)?.[1]?.toUpperCase();
  if (!letter) return { path: expanded, drive: null };
  const drive = `${letter}:`;
  return { path: drive + expanded.slice(2), drive: drive === systemDrive ? null : drive };
}

/** A path on its volume, for a path as Windows sees it. */
export function pathOnVolume(path: string): string {
  return /^[A-Za-z]:/.test(path) ? path.slice(2) || "\\" : path;
}

/** Paths of the page files, as the broken Windows writes them. */
export function pageFilePaths(system: OfflineSystem): string[] {
  const paths: string[] = [];
  for (const entry of [...(system.crashControl?.pagingFiles ?? []), ...system.existingPageFiles]) {
    const path = entry.replace(/^\\\?\?\\/, "").replace(/(\s+\d+){1,2}\s*$/, "");
    if (path !== "" && !paths.some((known) => sameText(known, path))) paths.push(path);
  }
  return paths;
}

/** Places whose path is known beforehand, in the order of trust. */
export function namedPlaces(system: OfflineSystem, systemRoot: string): Place[] {
  const { dumpFile, dedicatedDumpFile } = system.crashControl ?? {};
  const byDefault = `${systemRoot}\\MEMORY.DMP`;
  const place = (path: string, origin: string, writtenBelow: boolean): Place => ({
    ...resolveWindowsPath(path, systemRoot),
    origin,
    kind: "dump",
    writtenBelow,
  });
  const places = dumpFile ? [place(dumpFile, sentences.placeDumpFile, false)] : [];
  if (!places.some((one) => sameText(one.path, byDefault)))
    places.push(place(byDefault, sentences.placeDefault, false));
  if (dedicatedDumpFile) places.push(place(dedicatedDumpFile, sentences.placeDedicated, true));
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
    const resolved = resolveWindowsPath(path, systemRoot);
    if (places.some((known) => sameText(known.path, resolved.path))) continue;
    places.push({ ...resolved, origin: sentences.placePageFile, kind: "page-file", writtenBelow: true });
  }
  return places;
}

function sameText(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}
