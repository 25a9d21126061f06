import type { WindowsVolume } from "../windows";
import { freeSpace } from "./free-space";
import type { OfflineSystem } from "./offline-registry";
import { sentences } from "./sentences";

/** What else on the disk explains that a dump is not there, and the steps that fit. */
export interface AbsenceNotes {
  readonly reasons: readonly string[];
  readonly nextSteps: readonly string[];
}

/** Below this, Windows for clients deletes a dump once it is reported. */
const roomForClients = 25e9;

/**
 * @param pagesElsewhere page files when they are all on other volumes of this disk; else none
 */
export async function notesOnAbsence(
  { volume, partition }: WindowsVolume,
  system: OfflineSystem,
  pagesElsewhere: readonly string[],
): Promise<AbsenceNotes> {
  const [reasons, nextSteps]: [string[], string[]] = [[], []];
  const limit = system.crashControl?.dumpEnabled === 1 ? limitOf(system.crashControl.pagingFiles ?? []) : null;
  if (limit) {
    reasons.push(sentences.noteLimit(limit.megabytes, limit.path));
    nextSteps.push(sentences.nextPageFile);
  }
  if (pagesElsewhere.length > 0) reasons.push(sentences.notePagesElsewhere(pagesElsewhere.join(", ")));
  const free = await freeSpace(volume);
  if (free === null) return { reasons, nextSteps };
  const isFull = free * 100 < partition.length;
  if (isFull) reasons.push(sentences.noteFull(free, partition.length));
  const isDeleted = !isFull && system.crashed && free < roomForClients && (await system.deletesDumps());
  if (isDeleted) reasons.push(sentences.noteClient(free));
  if (isFull || isDeleted) nextSteps.push(sentences.nextSpace);
  return { reasons, nextSteps };
}

/** The last page file that may only have so many MB; null when there is none. */
function limitOf(pagingFiles: readonly string[]): { readonly path: string; readonly megabytes: number } | null {
  const limits = pagingFiles
    .map((entry) => /^(.*\S)\s+\d+\s+([1-9]\d{0,8})$/s.exec(entry))
    .filter((match) => match !== null);
  const [, path = "", megabytes = ""] = limits.at(-1) ?? [];
  return limits.length > 0 ? { path, megabytes: Number(megabytes) } : null;
}
