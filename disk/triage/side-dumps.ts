import { isDamage } from "../errors";
import type { NtfsFile } from "../ntfs/ntfs-file";
import type { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";
import { criticalPrograms } from "./critical-programs";
import { pathOnVolume, systemDrive } from "./dump-places";
import { newestFirst } from "./newest-first";
import { sentences } from "./sentences";
import type { Searched } from "./triage-answer";

const isOfProgram = (name: string): boolean => criticalPrograms.some((one) => name.toLowerCase().includes(one));
const isProgramDump = (name: string): boolean =>
  criticalPrograms.some((one) => name.toLowerCase().startsWith(one)) && /\.dmp$/i.test(name);

/** Looks for dumps that are told and never taken for the crash: of a running system, and of single programs. */
export async function findSideDumps(volume: NtfsVolume, systemRoot: string): Promise<Searched[]> {
  const live = `${systemRoot}\\LiveKernelReports`;
  const reports = `${systemDrive}\\ProgramData\\Microsoft\\Windows\\WER`;
  const local = `${systemRoot}\\System32\\config\\systemprofile\\AppData\\Local\\CrashDumps`;
  const isReported = (name: string): boolean => /\.(mdmp|hdmp|dmp)$/i.test(name);
  return Promise.all([
    lineOf(live, sentences.placeLive, sentences.liveNone, sentences.liveSome, () =>
      dumpsBelow(
        volume,
        live,
        (name) => /\.dmp$/i.test(name),
        () => true,
      ),
    ),
    lineOf(reports, sentences.placeProgram, sentences.programNone, sentences.programSome, async () => {
      const queues = ["ReportQueue", "ReportArchive"].map((queue) =>
        dumpsBelow(volume, `${reports}\\${queue}`, isReported, isOfProgram),
      );
      return (await Promise.all([dumpsBelow(volume, local, isProgramDump, () => false), ...queues])).flat();
    }),
  ]);
}

async function lineOf(
  folder: string,
  origin: string,
  none: (origin: string) => string,
  some: (origin: string, count: number) => string,
  find: () => Promise<NtfsFile[]>,
): Promise<Searched> {
  try {
    const files = await forPurpose(`${folder}: ${origin}`, find);
    const [newest] = files.sort(newestFirst);
    if (!newest) return { path: folder, found: false, why: none(origin) };
    return { path: systemDrive + newest.path, found: true, why: some(origin, files.length) };
  } catch (error) {
    // What is here is never the dump, so that damage here leaves no doubt about it.
    if (!isDamage(error)) throw error;
    return { path: folder, found: true, why: sentences.unreadable(origin, error.message) };
  }
}

/** The files that fit, in a folder and in those of its folders that fit. */
async function dumpsBelow(
  volume: NtfsVolume,
  folder: string,
  isDump: (name: string) => boolean,
  isFolder: (name: string) => boolean,
): Promise<NtfsFile[]> {
  const entries = await volume.list(pathOnVolume(folder));
  const below = entries
    .filter((entry) => entry.isDirectory && isFolder(entry.name))
    .slice(0, mostFolders)
    .map((entry) => dumpsBelow(volume, `${folder}\\${entry.name}`, isDump, () => false));
  const own = entries.filter((entry) => !entry.isDirectory && isDump(entry.name));
  return [...own, ...(await Promise.all(below)).flat()];
}

/** Folders that are looked into at most: each costs a request, and Windows keeps few reports of one kind. */
const mostFolders = 50;
