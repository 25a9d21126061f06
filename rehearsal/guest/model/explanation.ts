import { WindowsError } from "../windows/errors";
import type { Answer } from "./answer-line";
import { namedPlace, pageFilesOf, type Place } from "./dump-places";
import type { ModelContext } from "./run-model";
import type { Candidate, Search, SearchResult } from "./search-dump";
import { crashOf } from "./taken-dump";
import { vmNames } from "./vm-names";

/** Why there is no dump, and what to do. Steps are keys of sentences. */
interface Absence {
  readonly reason: string;
  readonly steps: readonly string[];
}

/** Says why there is no dump: the first reason that fits, the surest first, and the steps that fit it. */
export async function setExplanation(context: ModelContext, answer: Answer, result: SearchResult): Promise<void> {
  const { system } = result.search;
  const { reason, steps } = await explain(context, result);
  const nextSteps = steps.map((step) => stepText(context, step));
  const autoReboot = system.number("AutoReboot");
  if (autoReboot !== null && autoReboot !== 0 && steps.includes("next-nmi")) nextSteps.push(context.text("next-reset"));
  const [armed] = result.armed;
  Object.assign(answer, armed && crashOf(armed.header), { status: "not-found", reason, nextSteps });
}

/** A step, with the names of the broken VM where it takes them. */
export function stepText({ text, parameter }: ModelContext, step: string): string {
  return text(step, ...vmNames(parameter("SourceVmId")));
}

async function explain(context: ModelContext, { search, armed, damaged }: SearchResult): Promise<Absence> {
  const { text } = context;
  const { system } = search;
  const [first] = armed;
  if (first) return explainArmed(context, first);
  if (system.problem !== null) {
    return { reason: `${text("hive-problem", system.problem)} ${text("reason-unknown")}`, steps: ["next-nmi"] };
  }
  const pages = pagesOf(search);
  const setting = explainSetting(context, search, pages);
  if (setting) return setting;
  const notes = await notesOf(context, search, pages);
  const reason =
    damaged !== null ? text("reason-damaged", damaged) : system.crashed ? text("reason-lost") : text("reason-never");
  const steps = damaged === null && system.crashed ? ["reason-page-file-next"] : [];
  return { reason: [reason, ...notes.reasons].join(" "), steps: [...steps, ...notes.steps, "next-nmi"] };
}

/** A dump that cannot be taken out of its file. */
function explainArmed({ text }: ModelContext, { place, header, size, problem }: Candidate): Absence {
  const isShort = header.requiredSize !== null && header.requiredSize > size;
  return {
    reason: `${text("reason-page-file", place.path)} ${text("note-not-taken", problem)}`,
    steps: isShort ? ["next-page-file", "next-nmi"] : ["reason-page-file-next"],
  };
}

/** The setting that keeps Windows from leaving a dump on this disk; null when there is none. */
function explainSetting({ text }: ModelContext, search: Search, pages: Pages): Absence | null {
  const { system } = search;
  const dumpFile = system.text("DumpFile");
  const place = dumpFile === null ? null : namedPlace(search, dumpFile, "place-dump-file");
  const dedicated = system.text("DedicatedDumpFile");
  if (system.number("CrashDumpEnabled") === 0) {
    return { reason: text("reason-disabled"), steps: ["next-enable", "next-enable-on-copy"] };
  }
  if (place && place.drive !== null) {
    return {
      reason: text("reason-other-drive", place.path),
      steps: ["next-enable", "next-enable-on-copy", "next-nmi"],
    };
  }
  if (place && place.closed !== null) {
    return { reason: text("reason-closed-drive", place.path), steps: ["next-letter"] };
  }
  if (dedicated !== null) {
    const { path, drive, closed } = namedPlace(search, dedicated, "place-dedicated");
    if (closed !== null) return { reason: text("reason-closed-drive", path), steps: ["next-letter"] };
    if (drive === null) return null;
    return { reason: text("reason-other-drive", path), steps: ["next-page-file", "next-nmi"] };
  }
  if (pages.files.length > 0 && pages.here.length + pages.near.length === 0) {
    const reason = text("reason-temporary-pages", pages.files.join(", "));
    return { reason, steps: ["next-page-file", "next-enable-on-copy", "next-nmi"] };
  }
  if (pages.files.length === 0 && system.strings("PagingFiles") !== null) {
    return { reason: text("reason-no-page-file"), steps: ["next-page-file", "next-enable-on-copy", "next-nmi"] };
  }
  return null;
}

/** Page files, as the broken Windows writes them. */
interface Pages {
  readonly files: readonly string[];
  /** On the volume with Windows. */
  readonly here: readonly string[];
  /** On other volumes of this disk. */
  readonly near: readonly string[];
  /** One that may only have so many MB. */
  readonly limited: { readonly path: string; readonly megabytes: number } | null;
}

function pagesOf(search: Search): Pages {
  const files = pageFilesOf(search.system);
  const places = files.map((file) => ({ file, place: namedPlace(search, file, "place-page-file") }));
  const reached = places.filter(({ place }) => place.drive === null && !place.unclear);
  const isHere = ({ path, closed }: Place): boolean =>
    closed === null && path.slice(0, 2).toUpperCase() === search.windowsRoot.slice(0, 2).toUpperCase();
  const limits = (search.system.strings("PagingFiles") ?? [])
    .map((entry) => /^(.*\S)\s+\d+\s+([1-9]\d{0,8})$/s.exec(entry))
    .filter((match) => match !== null);
  const last = limits.at(-1);
  return {
    files,
    here: reached.filter(({ place }) => isHere(place)).map(({ file }) => file),
    near: reached.filter(({ place }) => !isHere(place)).map(({ file }) => file),
    limited: last ? { path: last[1] ?? "", megabytes: Number(last[2]) } : null,
  };
}

/** What else on the disk explains that a dump is not there, and the steps that fit. */
async function notesOf(
  { text, windows }: ModelContext,
  { system, windowsRoot }: Search,
  pages: Pages,
): Promise<{ reasons: string[]; steps: string[] }> {
  const [reasons, steps]: [string[], string[]] = [[], []];
  if (system.number("CrashDumpEnabled") === 1 && pages.limited) {
    reasons.push(text("note-limit", pages.limited.megabytes, pages.limited.path));
    steps.push("next-page-file");
  }
  if (pages.files.length > 0 && pages.here.length === 0 && pages.near.length > 0) {
    reasons.push(text("note-pages-elsewhere", pages.near.join(", ")));
  }
  const space = await spaceOf(windows, windowsRoot.charAt(0).toUpperCase());
  if (!space) return { reasons, steps };
  const { size, free } = space;
  if (free * 100 < size) {
    reasons.push(text("note-full", free, size));
    steps.push("next-space");
  } else if (
    system.crashed &&
    system.product === "WinNT" &&
    system.number("AlwaysKeepMemoryDump") !== 1 &&
    free < 25e9
  ) {
    reasons.push(text("note-client", free));
    steps.push("next-space");
  }
  return { reasons, steps };
}

async function spaceOf(
  windows: ModelContext["windows"],
  letter: string,
): Promise<{ size: number; free: number } | null> {
  try {
    const { partition } = windows.partitionOf(letter);
    return { size: partition.length, free: (await windows.freeSpace(letter)) ?? 0 };
  } catch (error) {
    if (error instanceof WindowsError) return null;
    throw error;
  }
}
