import type { Answer } from "./answer-line";
import { convertOfflinePath, pageFilesOf, withDrive } from "./dump-places";
import type { OfflineSystem } from "./offline-system";
import type { ModelContext } from "./run-model";
import type { SearchResult } from "./search-dump";

/** Says why there is no dump: the first reason that fits, the surest first, and the steps that fit it. */
export function setExplanation(
  context: ModelContext,
  answer: Answer,
  system: OfflineSystem,
  search: SearchResult,
  windowsRoot: string,
): void {
  const { text } = context;
  const { reason, steps } = explain(context, system, search, windowsRoot);
  const vm = /\/resourceGroups\/([^/]+)\/.*\/virtualMachines\/([^/]+)$/i.exec(context.parameter("SourceVmId"));
  const nextSteps = steps.map((step) => text(step, vm?.[1] ?? "GROUP", vm?.[2] ?? "VM"));
  const autoReboot = system.setting("AutoReboot");
  if (autoReboot !== null && autoReboot !== 0 && steps.includes("next-nmi")) nextSteps.push(text("next-reset"));
  Object.assign(answer, { status: "not-found", reason, nextSteps });
}

function explain(
  { text }: ModelContext,
  system: OfflineSystem,
  search: SearchResult,
  windowsRoot: string,
): { reason: string; steps: string[] } {
  const dumpFile = system.setting("DumpFile");
  const elsewhere = (path: string): boolean => convertOfflinePath(withDrive(path), windowsRoot).drive !== null;
  const dedicated = Boolean(system.setting("DedicatedDumpFile"));
  const pageFiles = pageFilesOf(system);
  const [armed] = search.armed;
  if (armed) return { reason: text("reason-page-file", armed.place.path), steps: ["reason-page-file-next"] };
  if (system.problem !== null) {
    return { reason: `${text("hive-problem", system.problem)} ${text("reason-unknown")}`, steps: ["next-nmi"] };
  }
  if (system.setting("CrashDumpEnabled") === 0) return { reason: text("reason-disabled"), steps: ["next-enable"] };
  if (typeof dumpFile === "string" && dumpFile !== "" && convertOfflinePath(dumpFile, windowsRoot).drive !== null) {
    return { reason: text("reason-other-drive", dumpFile), steps: ["next-enable", "next-nmi"] };
  }
  if (pageFiles.length > 0 && pageFiles.every(elsewhere) && !dedicated) {
    return { reason: text("reason-temporary-pages", pageFiles.join(", ")), steps: ["next-page-file", "next-nmi"] };
  }
  if (pageFiles.length === 0 && system.strings("PagingFiles") !== null && !dedicated) {
    return { reason: text("reason-no-page-file"), steps: ["next-page-file", "next-nmi"] };
  }
  if (search.damaged !== null) return { reason: text("reason-damaged", search.damaged), steps: ["next-nmi"] };
  if (system.setting("LastCrashTime") !== null) {
    return { reason: text("reason-lost"), steps: ["reason-page-file-next", "next-nmi"] };
  }
  return { reason: text("reason-never"), steps: ["next-nmi"] };
}
