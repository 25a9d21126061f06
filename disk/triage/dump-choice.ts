import type { DumpHeader } from "../crash-dump/dump-header";
import { fileTimeToIso, isoToFileTime } from "../file-time";
import type { NtfsFile } from "../ntfs/ntfs-file";
import type { Place } from "./dump-places";
import type { OfflineSystem } from "./offline-registry";
import { sentences } from "./sentences";

/** A file with a dump in it. */
export interface FoundDump {
  readonly place: Place;
  readonly file: NtfsFile;
  readonly header: DumpHeader;
  /** Bytes that are of the dump; of the file when the dump is not all there or does not say how long it is. */
  readonly size: number;
  /** Why the dump in a file that Windows keeps ready is not to be had whole; null when it is, and for any other file. */
  readonly problem: string | null;
}

/** 100 ns intervals: a crash is noted at the start after it, so a dump of the same crash may be this much older. */
const sameCrash = 36_000_000_000n;

/** The dumps in order: all there before cut off; then of the newest crash; then the one that holds more; then by place. */
export function bestFirst(dumps: readonly FoundDump[]): FoundDump[] {
  return dumps.toSorted((one, other) => {
    const byTime = (other.header.systemTime ?? "").localeCompare(one.header.systemTime ?? "");
    return wholeness(other) - wholeness(one) || byTime || rank(other) - rank(one);
  });
}

const wholeness = ({ header }: FoundDump): number => (header.complete === false ? 0 : 1);

/** A small dump holds the least. */
const rank = ({ header }: FoundDump): number => (header.kind === "minidump" || header.kind === "header" ? 0 : 1);

/** Why a dump was taken or left, and what is to be known of it besides its kind. */
export function worthOf(dump: FoundDump, isBest: boolean, system: OfflineSystem): string {
  const { place, header, problem } = dump;
  if (problem !== null) return `${sentences.pageFileArmed(place.origin)}; ${problem}`;
  const say = isBest ? sentences.foundBest : sentences.foundOther;
  return [say(place.origin, header.kind, header.bugCheck.code), ...remarksOf(dump, system)].join("; ");
}

function remarksOf({ header, size }: FoundDump, system: OfflineSystem): string[] {
  const remarks: string[] = [];
  if (header.complete === false) {
    const required = header.requiredSize ?? 0;
    remarks.push(required > size ? sentences.remarkCutOff(size, required) : sentences.remarkEndMissing);
  }
  if (header.attributes.includes("insufficient-dump-file")) remarks.push(sentences.remarkSmallFile);
  if (header.attributes.includes("encrypted")) remarks.push(sentences.remarkEncrypted);
  const later = laterCrash(header, system);
  if (later !== null) remarks.push(sentences.remarkEarlier(later));
  return remarks;
}

/** When Windows noted a crash that is later than the dump's; null when it noted none. */
export function laterCrash(header: DumpHeader, { lastCrash }: OfflineSystem): string | null {
  const noted = lastCrash === null ? null : fileTimeToIso(lastCrash);
  if (lastCrash === null || noted === null || header.systemTime === null) return null;
  return lastCrash - isoToFileTime(header.systemTime) > sameCrash ? noted : null;
}

/** Path of a dump of a later crash that was left because it is cut off; null when there is none. */
export function newerCutOff(dumps: readonly FoundDump[], best: FoundDump): string | null {
  if (best.header.complete === false) return null;
  const bestTime = best.header.systemTime === null ? 0n : isoToFileTime(best.header.systemTime);
  const newer = dumps.find(({ header: { complete, systemTime } }) => {
    return complete === false && systemTime !== null && isoToFileTime(systemTime) - bestTime > sameCrash;
  });
  return newer?.place.path ?? null;
}
