import type { DiskImage } from "../disk-image";
import { unreadableForms } from "../unreadable-forms";
import { laterCrash, type FoundDump } from "./dump-choice";
import { pageFilePaths, resolveWindowsPath, type ResolvedPath } from "./dump-places";
import type { DumpSearch } from "./dump-search";
import type { OfflineSystem } from "./offline-registry";
import { sentences } from "./sentences";
import type { DumpStatus } from "./triage-answer";

/** The outcome of a triage in words. */
export interface Explanation {
  readonly dumpStatus: DumpStatus;
  readonly reason: string;
  readonly nextSteps: readonly string[];
}

/** Says what the search for a dump came to: the first reason that fits, the surest first. */
export function explainSearch(system: OfflineSystem, search: DumpSearch, systemRoot: string): Explanation {
  const [best] = search.dumps;
  if (best) return explainFound(best, search, system);
  const [armed] = search.armed;
  if (armed) return explainArmed(armed);
  if (search.doubt) {
    const { path, problem } = search.doubt;
    const nextSteps = [sentences.nextScan, sentences.nextNmi];
    return { dumpStatus: "damaged", reason: sentences.reasonDoubt(path, problem), nextSteps };
  }
  const { reason, nextSteps } = explainAbsence(system, search, systemRoot);
  const resets = system.crashControl?.autoReboot === true && nextSteps.includes(sentences.nextNmi);
  return { dumpStatus: "not-found", reason, nextSteps: resets ? [...nextSteps, sentences.nextReset] : nextSteps };
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

function explainAbsence(
  system: OfflineSystem,
  search: DumpSearch,
  systemRoot: string,
): { reason: string; nextSteps: readonly string[] } {
  const { nextEnable, nextNmi, nextPageFile, nextStartOnce } = sentences;
  const settings = system.crashControl;
  if (!settings) {
    const reason = `${sentences.hiveProblem(system.problem ?? "")} ${sentences.reasonUnknown}`;
    return { reason, nextSteps: [nextNmi] };
  }
  const placeOf = (path: string): ResolvedPath => resolveWindowsPath(path, system, systemRoot);
  const isElsewhere = ({ drive }: ResolvedPath): boolean => drive !== null && !search.otherDrives.has(drive);
  const pageFiles = pageFilePaths(system);
  if (settings.dumpEnabled === 0) return { reason: sentences.reasonDisabled, nextSteps: [nextEnable] };
  const dumpFile = settings.dumpFile ? placeOf(settings.dumpFile) : null;
  if (dumpFile && isElsewhere(dumpFile)) {
    return { reason: sentences.reasonOtherDrive(dumpFile.path), nextSteps: [nextEnable, nextNmi] };
  }
  // A crash is written to the dedicated dump file when there is one, and not to a page file.
  const dedicated = settings.dedicatedDumpFile ? placeOf(settings.dedicatedDumpFile) : null;
  if (dedicated && isElsewhere(dedicated)) {
    return { reason: sentences.reasonOtherDrive(dedicated.path), nextSteps: [nextPageFile, nextNmi] };
  }
  const isNowhere = (place: ResolvedPath): boolean => place.unclear || isElsewhere(place);
  if (!dedicated && pageFiles.length > 0 && pageFiles.map(placeOf).every(isNowhere)) {
    return { reason: sentences.reasonTemporaryPages(pageFiles.join(", ")), nextSteps: [nextPageFile, nextNmi] };
  }
  if (!dedicated && pageFiles.length === 0 && settings.pagingFiles) {
    return { reason: sentences.reasonNoPageFile, nextSteps: [nextPageFile, nextNmi] };
  }
  if (search.damaged) return { reason: sentences.reasonDamaged(search.damaged), nextSteps: [nextNmi] };
  if (system.crashed) return { reason: sentences.reasonLost, nextSteps: [nextStartOnce, nextNmi] };
  return { reason: sentences.reasonNever, nextSteps: [nextNmi] };
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
