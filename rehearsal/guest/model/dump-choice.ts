import { fileTimeToIso, isoToFileTime } from "../../../disk/file-time";
import type { DumpHeader } from "../../../disk";
import { compare } from "./compare";
import type { OfflineSystem } from "./offline-system";
import type { ModelContext } from "./run-model";
import type { Candidate } from "./search-dump";

/** 100 ns intervals: a crash is noted at the start after it, so a dump of the same crash may be this much older. */
const SAME_CRASH = 36_000_000_000n;

/** Takes the best of the dumps, and says of each why it was taken or left. */
export function selectBest(
  context: ModelContext,
  candidates: readonly Candidate[],
  system: OfflineSystem,
): Candidate | null {
  const { text, say } = context;
  let best: Candidate | null = null;
  for (const candidate of candidates) if (!best || isBetter(candidate, best)) best = candidate;
  for (const candidate of candidates) {
    const { place, header, line } = candidate;
    const sentence = text(
      candidate === best ? "found-best" : "found-other",
      place.origin,
      header.kind,
      header.bugCheck.code,
    );
    const why = [sentence, ...remarksOf(context, candidate, system)].join("; ");
    if (line) line.why = why;
    say(`searched ${place.path} - ${why}`);
  }
  return best;
}

/** Path of a dump of a later crash that was left because it is cut off; null when there is none. */
export function newerCutOff(candidates: readonly Candidate[], best: Candidate): string | null {
  const bestTime = best.header.systemTime === null ? 0n : isoToFileTime(best.header.systemTime);
  if (best.header.complete === false) return null;
  const newer = candidates.find(({ header }) => {
    return (
      header.complete === false &&
      header.systemTime !== null &&
      isoToFileTime(header.systemTime) - bestTime > SAME_CRASH
    );
  });
  return newer?.place.path ?? null;
}

/** All there before cut off; then of the newest crash; then the one that holds more. */
function isBetter(candidate: Candidate, best: Candidate): boolean {
  const order = [whole, time, rank].map((worth) => compare(worth(candidate), worth(best))).find((one) => one !== 0);
  return (order ?? 0) > 0;
}

const whole = ({ header }: Candidate): string => (header.complete === false ? "0" : "1");
const time = ({ header }: Candidate): string => header.systemTime ?? "";
/** A small dump holds the least. */
const rank = ({ header }: Candidate): string => (header.kind === "minidump" || header.kind === "header" ? "0" : "1");

function remarksOf({ text }: ModelContext, { header, size }: Candidate, system: OfflineSystem): string[] {
  const remarks: string[] = [];
  if (header.complete === false) {
    const required = header.requiredSize ?? 0;
    remarks.push(required > size ? text("remark-cut-off", size, required) : text("remark-end-missing"));
  }
  if (header.attributes.includes("insufficient-dump-file")) remarks.push(text("remark-small-file"));
  if (header.attributes.includes("encrypted")) remarks.push(text("remark-encrypted"));
  if (isEarlier(header, system)) remarks.push(text("remark-earlier", fileTimeToIso(system.lastCrash ?? 0n)));
  return remarks;
}

/** Whether Windows noted a crash later than the dump's. */
export function isEarlier(header: DumpHeader, system: OfflineSystem): boolean {
  if (system.lastCrash === null || fileTimeToIso(system.lastCrash) === null || header.systemTime === null) return false;
  return system.lastCrash - isoToFileTime(header.systemTime) > SAME_CRASH;
}
