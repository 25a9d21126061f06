import type { DiskImage } from "../disk-image";
import { unreadableForms } from "../unreadable-forms";
import type { WindowsVolume } from "../windows";
import { notesOnAbsence } from "./absence-notes";
import { laterCrash, type FoundDump } from "./dump-choice";
import { pageFilePaths, resolveWindowsPath, type ResolvedPath } from "./dump-places";
import type { DumpSearch } from "./dump-search";
import type { OfflineSystem } from "./offline-registry";
import { sentences } from "./sentences";
import type { CrashControl, DumpStatus } from "./triage-answer";

/** The outcome of a triage in words. */
export interface Explanation {
  readonly dumpStatus: DumpStatus;
  readonly reason: string;
  readonly nextSteps: readonly string[];
}

/** Says what the search for a dump came to: the first reason that fits, the surest first. */
export async function explainSearch(
  windows: WindowsVolume,
  system: OfflineSystem,
  search: DumpSearch,
  systemRoot: string,
): Promise<Explanation> {
  const [best] = search.dumps;
  if (best) return explainFound(best, search, system);
  const [armed] = search.armed;
  if (armed) return withReset(system, explainArmed(armed));
  if (search.doubt) {
    const { path, problem } = search.doubt;
    const nextSteps = [sentences.nextScan, sentences.nextNmi];
    return { dumpStatus: "damaged", reason: sentences.reasonDoubt(path, problem), nextSteps };
  }
  const absence = await explainAbsence(windows, system, search, systemRoot);
  return withReset(system, { dumpStatus: "not-found", ...absence });
}

function withReset(system: OfflineSystem, explanation: Explanation): Explanation {
  const { nextSteps } = explanation;
  if (system.crashControl?.autoReboot !== true || !nextSteps.includes(sentences.nextNmi)) return explanation;
  return { ...explanation, nextSteps: [...nextSteps, sentences.nextReset] };
}

/** A dump is there; it may not be all that was hoped for. */
function explainFound({ place, header }: FoundDump, { newer }: DumpSearch, system: OfflineSystem): Explanation {
  const { reasonPageFile, reasonCutOff, reasonFound, reasonNewerCutOff, reasonEarlier } = sentences;
  const { status } = header.bugCheck;
  const inPageFile = place.kind === "page-file";
  const isCutOff = header.complete === false;
  const later = laterCrash(header, system);
  const reasons = [(inPageFile ? reasonPageFile : isCutOff ? reasonCutOff : reasonFound)(place.path)];
  if (newer !== null) reasons.push(reasonNewerCutOff(newer));
  if (later !== null) reasons.push(reasonEarlier(later));
  const nextSteps: string[] = [sentences.nextExtract];
  if (inPageFile) nextSteps.push(sentences.nextStartOnce);
  if (status !== null) nextSteps.push(sentences.nextStatus(status));
  if (isCutOff || newer !== null || later !== null) nextSteps.push(sentences.nextNmi);
  return { dumpStatus: inPageFile ? "in-page-file" : "found", reason: reasons.join(" "), nextSteps };
}

/** A dump is in a file that Windows keeps ready for it, and is not to be had whole. */
function explainArmed({ place, header, problem }: FoundDump): Explanation {
  const { nextExtract, nextPageFile, nextNmi, nextStartOnce } = sentences;
  const reason = `${sentences.reasonPageFile(place.path)} ${sentences.reasonNotWhole(problem ?? "")}`;
  const steps = header.complete === false ? [nextPageFile, nextNmi] : [nextStartOnce];
  return { dumpStatus: "in-page-file", reason, nextSteps: [nextExtract, ...steps] };
}

/** Why there is no dump, and what to do. */
type Absence = Pick<Explanation, "reason" | "nextSteps">;

async function explainAbsence(
  windows: WindowsVolume,
  system: OfflineSystem,
  search: DumpSearch,
  systemRoot: string,
): Promise<Absence> {
  const { nextNmi, nextStartOnce } = sentences;
  if (!system.crashControl) {
    const reason = `${sentences.hiveProblem(system.problem ?? "")} ${sentences.reasonUnknown}`;
    return { reason, nextSteps: [nextNmi] };
  }
  const placeOf = (path: string): Found => {
    const place = resolveWindowsPath(path, system, systemRoot);
    return { ...place, isHere: !place.unclear && (place.drive === null || search.otherDrives.has(place.drive)) };
  };
  const pages = pageFilePaths(system);
  const setting = explainSetting(system.crashControl, pages, placeOf);
  if (setting) return setting;
  const reached = pages.map(placeOf).filter((place) => place.isHere);
  const near = pages.filter((path) => placeOf(path).isHere);
  const notes = await notesOnAbsence(windows, system, reached.some(({ drive }) => drive === null) ? [] : near);
  const reason = search.damaged
    ? sentences.reasonDamaged(search.damaged)
    : system.crashed
      ? sentences.reasonLost
      : sentences.reasonNever;
  const first = !search.damaged && system.crashed ? [nextStartOnce] : [];
  return { reason: [reason, ...notes.reasons].join(" "), nextSteps: [...first, ...notes.nextSteps, nextNmi] };
}

interface Found extends ResolvedPath {
  /** Whether its volume is on this disk. */
  readonly isHere: boolean;
}

/** The setting that keeps Windows from leaving a dump on this disk; null when there is none. */
function explainSetting(
  { dumpEnabled, dumpFile, dedicatedDumpFile, pagingFiles }: CrashControl,
  pages: readonly string[],
  placeOf: (path: string) => Found,
): Absence | null {
  const { nextEnable, nextNmi, nextPageFile } = sentences;
  if (dumpEnabled === 0) return { reason: sentences.reasonDisabled, nextSteps: [nextEnable] };
  const dump = dumpFile === null ? null : placeOf(dumpFile);
  if (dump && !dump.unclear && !dump.isHere) {
    return { reason: sentences.reasonOtherDrive(dump.path), nextSteps: [nextEnable, nextNmi] };
  }
  // A crash is written to the dedicated dump file when there is one, and not to a page file.
  const dedicated = dedicatedDumpFile === null ? null : placeOf(dedicatedDumpFile);
  if (dedicated) {
    if (dedicated.unclear || dedicated.isHere) return null;
    return { reason: sentences.reasonOtherDrive(dedicated.path), nextSteps: [nextPageFile, nextNmi] };
  }
  if (pages.length > 0 && !pages.some((path) => placeOf(path).isHere)) {
    return { reason: sentences.reasonTemporaryPages(pages.join(", ")), nextSteps: [nextPageFile, nextNmi] };
  }
  if (pages.length === 0 && pagingFiles) {
    return { reason: sentences.reasonNoPageFile, nextSteps: [nextPageFile, nextNmi] };
  }
  return null;
}

/** Says why no Windows could be searched. */
export function explainNoWindows(image: DiskImage): Explanation {
  const [first] = unreadableForms(image);
  if (!first) {
    const reason = image.partitions.length === 0 ? sentences.reasonNoFileSystem : sentences.reasonNoWindows;
    return { dumpStatus: "no-windows-volume", reason, nextSteps: [sentences.nextOsDisk] };
  }
  const dumpStatus = first.form === "BitLocker" || first.form === "LUKS" ? "encrypted" : "unsupported";
  const [what = "", ...remedy] = first.message.split(/(?<=\.) /);
  return { dumpStatus, reason: what, nextSteps: [remedy.join(" ")] };
}
