import { criticalPrograms } from "../../../disk/triage/critical-programs";
import { compare } from "./compare";
import { likePattern } from "./like-pattern";
import type { Search } from "./search-dump";

interface Found {
  readonly path: string;
  readonly modified: string;
}

/** Tells of dumps of a running system. */
export function addLiveDumps(search: Search): Promise<void> {
  const folder = `${search.windowsRoot}\\LiveKernelReports`;
  return addSideDumps(search, folder, "live", () => dumpsBelow(search, folder, ["*.dmp"], ["*"]));
}

/** Tells of dumps that Windows Error Reporting kept of processes of the system. */
export function addProgramDumps(search: Search): Promise<void> {
  const reports = `${search.windowsRoot.slice(0, 2)}\\ProgramData\\Microsoft\\Windows\\WER`;
  const local = `${search.windowsRoot}\\System32\\config\\systemprofile\\AppData\\Local\\CrashDumps`;
  return addSideDumps(search, reports, "program", async () => {
    const dumps = criticalPrograms.map((name) => `${name}*.dmp`);
    const folders = criticalPrograms.map((name) => `*${name}*`);
    const found = await dumpsBelow(search, local, dumps, []);
    for (const queue of ["ReportQueue", "ReportArchive"]) {
      found.push(...(await dumpsBelow(search, `${reports}\\${queue}`, ["*.mdmp", "*.hdmp", "*.dmp"], folders)));
    }
    return found;
  });
}

/** One line for all files that are found: the newest is named, or the folder where none is. */
async function addSideDumps(
  search: Search,
  folder: string,
  kind: "live" | "program",
  find: () => Promise<Found[]>,
): Promise<void> {
  const { text } = search.context;
  const origin = text(`place-${kind}`);
  const files = await search.unlessUnreadable(folder, origin, find);
  if (!files) return;
  const newest = files.toSorted(byAge)[0];
  if (newest) search.add(newest.path, true, text(`${kind}-some`, origin, files.length));
  else search.add(folder, false, text(`${kind}-none`, origin));
}

/** The files that fit, in a folder and in those of its folders that fit. */
async function dumpsBelow(
  search: Search,
  folder: string,
  patterns: readonly string[],
  folders: readonly string[],
): Promise<Found[]> {
  const isLike = (name: string, list: readonly string[]): boolean => list.some((one) => likePattern(one).test(name));
  const found: Found[] = [];
  for (const entry of await search.entries(folder)) {
    const path = `${folder}\\${entry.name}`;
    if (entry.isFolder && isLike(entry.name, folders)) found.push(...(await dumpsBelow(search, path, patterns, [])));
    if (!entry.isFolder && isLike(entry.name, patterns)) found.push({ path, modified: entry.modified ?? "" });
  }
  return found;
}

function byAge(one: Found, other: Found): number {
  return compare(other.modified, one.modified) || compare(one.path.toUpperCase(), other.path.toUpperCase());
}
