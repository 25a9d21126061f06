import { likePattern } from "./like-pattern";
import type { Search } from "./search-dump";

/** Processes whose end stops Windows. */
const CRITICAL_PROGRAMS = [
  "csrss.exe",
  "lsass.exe",
  "services.exe",
  "smss.exe",
  "svchost.exe",
  "wininit.exe",
  "winlogon.exe",
];

interface Found {
  readonly path: string;
  readonly modified: string;
}

/** Tells of dumps of a running system. */
export async function addLiveDumps(search: Search): Promise<void> {
  const folder = `${search.windowsRoot}\\LiveKernelReports`;
  const { text } = search.context;
  const origin = text("place-live");
  const files = await search.unlessUnreadable(folder, origin, () => dumpsBelow(search, folder, ["*.dmp"], ["*"]));
  if (!files) return;
  if (files.length === 0) search.add(folder, false, text("live-none", origin));
  else search.add(newest(files), true, text("live-some", origin, files.length));
}

/** Tells of dumps that Windows Error Reporting kept of processes of the system. */
export async function addProgramDumps(search: Search): Promise<void> {
  const reports = `${search.windowsRoot.slice(0, 2)}\\ProgramData\\Microsoft\\Windows\\WER`;
  const local = `${search.windowsRoot}\\System32\\config\\systemprofile\\AppData\\Local\\CrashDumps`;
  const { text } = search.context;
  const origin = text("place-program");
  const folders = CRITICAL_PROGRAMS.map((name) => `*${name}*`);
  const files = await search.unlessUnreadable(reports, origin, async () => {
    const dumps = CRITICAL_PROGRAMS.map((name) => `${name}*.dmp`);
    const found = await dumpsBelow(search, local, dumps, []);
    for (const queue of ["ReportQueue", "ReportArchive"]) {
      found.push(...(await dumpsBelow(search, `${reports}\\${queue}`, ["*.mdmp", "*.hdmp", "*.dmp"], folders)));
    }
    return found;
  });
  if (!files) return;
  if (files.length === 0) search.add(reports, false, text("program-none", origin));
  else search.add(newest(files), true, text("program-some", origin, files.length));
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

function newest(files: readonly Found[]): string {
  const sorted = files.toSorted((one, other) =>
    one.modified === other.modified
      ? one.path.toUpperCase() < other.path.toUpperCase()
        ? -1
        : 1
      : one.modified > other.modified
        ? -1
        : 1,
  );
  return sorted[0]?.path ?? "";
}
