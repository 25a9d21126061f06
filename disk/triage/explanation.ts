import type { DiskImage } from "../disk-image";
import { unreadableForms } from "../unreadable-forms";
import { pageFilePaths, resolveWindowsPath } from "./dump-places";
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
  if (best) {
    const { status } = best.header.bugCheck;
    const reason = best.header.complete === false ? sentences.reasonCutOff : sentences.reasonFound;
    const more = status ? [sentences.nextStatus(status)] : [];
    return { dumpStatus: "found", reason: reason(best.place.path), nextSteps: [sentences.nextExtract, ...more] };
  }
  const [armed] = search.armed;
  if (armed) {
    const nextSteps = [sentences.nextExtract, sentences.nextStartOnce];
    return { dumpStatus: "in-page-file", reason: sentences.reasonPageFile(armed.place.path), nextSteps };
  }
  if (search.doubt) {
    const { path, problem } = search.doubt;
    const nextSteps = [sentences.nextScan, sentences.nextNmi];
    return { dumpStatus: "damaged", reason: sentences.reasonDoubt(path, problem), nextSteps };
  }
  const { reason, nextSteps } = explainAbsence(system, search, systemRoot);
  const resets = system.crashControl?.autoReboot === true && nextSteps.includes(sentences.nextNmi);
  return { dumpStatus: "not-found", reason, nextSteps: resets ? [...nextSteps, sentences.nextReset] : nextSteps };
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
  const elsewhere = (path: string): boolean => {
    const { drive } = resolveWindowsPath(path, systemRoot);
    return drive !== null && !search.otherDrives.has(drive);
  };
  const pageFiles = pageFilePaths(system);
  if (settings.dumpEnabled === 0) return { reason: sentences.reasonDisabled, nextSteps: [nextEnable] };
  if (settings.dumpFile && elsewhere(settings.dumpFile)) {
    return { reason: sentences.reasonOtherDrive(settings.dumpFile), nextSteps: [nextEnable, nextNmi] };
  }
  if (pageFiles.length > 0 && pageFiles.every(elsewhere) && !settings.dedicatedDumpFile) {
    return { reason: sentences.reasonTemporaryPages(pageFiles.join(", ")), nextSteps: [nextPageFile, nextNmi] };
  }
  if (pageFiles.length === 0 && settings.pagingFiles && !settings.dedicatedDumpFile) {
    return { reason: sentences.reasonNoPageFile, nextSteps: [nextPageFile, nextNmi] };
  }
  if (search.damaged) return { reason: sentences.reasonDamaged(search.damaged), nextSteps: [nextNmi] };
  if (settings.lastCrashTime) return { reason: sentences.reasonLost, nextSteps: [nextStartOnce, nextNmi] };
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
