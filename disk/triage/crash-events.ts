import type { ByteSource } from "../byte-source";
import { bugCheckOf, type BugCheck } from "../crash-dump/bug-check";
import { isDamage } from "../errors";
import { EventLog } from "../event-log/event-log";
import type { EventDatum, EventRecord } from "../event-log/event-record";
import { forPurpose } from "../sources/read-purpose";
import type { WindowsVolume } from "../windows";
import { crashEventKinds, type CrashEventKind, type CrashLog } from "./crash-event-kinds";
import { systemDrive } from "./dump-places";

/** An event that tells why Windows stopped, or why there is no dump. */
export interface CrashEvent {
  /** Path of the log, as Windows sees it. */
  readonly log: string;
  /** Identifier within the log. */
  readonly record: number;
  /** ISO 8601 in UTC. */
  readonly time: string | null;
  readonly provider: string;
  readonly eventId: number;
  /** 1 critical, 2 error, 3 warning, 4 information; 0 for events that tell none. */
  readonly level: number | null;
  /** What it says, in a sentence. */
  readonly meaning: string;
  /** The bug check that it tells of; null for another kind of event. */
  readonly bugCheck: Omit<BugCheck, "statusName"> | null;
  /** The dump that it names, as Windows sees it. */
  readonly dumpPath: string | null;
  readonly data: readonly EventDatum[];
}

/** Chunks of a log that are read at most, from its end: 1 MiB, and some thousand events. */
const mostChunks = 16;

/** Events of one kind that are answered at most, the newest. */
const mostOfKind = 8;

/** Values and characters of an event that are answered at most: those of Windows are far below. */
const mostData = 32;
const longestValue = 2000;

/**
 * Finds the events of crashes in the logs of a Windows volume, the newest first. Logs are read from their ends, a
 * mebibyte each at most.
 *
 * @param onProblem told of a log that is damaged or could not be read
 */
export async function findCrashEvents(
  { volume, systemRoot }: WindowsVolume,
  onProblem: (problem: string) => void = () => undefined,
): Promise<CrashEvent[]> {
  const logs = [...new Set(crashEventKinds.map((kind) => kind.log))];
  const found = await Promise.all(
    logs.map(async (log) => {
      const path = `${systemRoot}\\System32\\winevt\\Logs\\${log}.evtx`;
      const shown = systemDrive + path;
      try {
        return await forPurpose(shown, async () => {
          const file = await volume.find(path);
          return file ? await crashEventsIn(await file.open(), log, shown, onProblem) : [];
        });
      } catch (error) {
        if (!isDamage(error)) throw error;
        onProblem(`${shown} could not be read: ${error.message}`);
        return [];
      }
    }),
  );
  return found
    .flat()
    .sort((one, other) => (other.time ?? "").localeCompare(one.time ?? "") || other.record - one.record);
}

/**
 * Finds the events of crashes in one log.
 *
 * @param shown path of the log, for the answer
 * @throws NotAnEventLogError
 * @throws CorruptEventLogError
 */
export async function crashEventsIn(
  bytes: ByteSource,
  name: CrashLog,
  shown: string,
  onProblem: (problem: string) => void = () => undefined,
): Promise<CrashEvent[]> {
  const log = await EventLog.open(bytes);
  const kinds = crashEventKinds.filter((kind) => kind.log === name);
  const counts = new Map<string, number>();
  const events: CrashEvent[] = [];
  for await (const event of log.newestFirst({ chunks: mostChunks })) {
    const kind = kinds.find((one) => isOfKind(event, one));
    const meaning = kind?.meaning(event) ?? null;
    if (meaning === null) continue;
    const key = `${event.provider} ${event.eventId}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count < mostOfKind) events.push(toCrashEvent(event, shown, meaning));
  }
  log.problems.forEach((problem) => onProblem(`${shown}: ${problem}`));
  return events;
}

function isOfKind(event: EventRecord, kind: CrashEventKind): boolean {
  const provider = event.provider.toLowerCase();
  return kind.eventIds.includes(event.eventId) && kind.providers.some((one) => one.toLowerCase() === provider);
}

function toCrashEvent(event: EventRecord, log: string, meaning: string): CrashEvent {
  const { record, time, provider, eventId, level } = event;
  const data = event.data
    .slice(0, mostData)
    .map((one) => ({ name: one.name, value: one.value.slice(0, longestValue) }));
  return { log, record, time, provider, eventId, level, meaning, ...bugCheckIn(event), data };
}

/** `0x0000003b (0x00000000c0000005, 0xfffff80312345678, 0x0, 0x0)`, as event 1001 writes it. */
const bugCheckText = /^\s*0x([0-9a-f]{1,8})\s*\(([^)]*)\)/i;

function bugCheckIn(event: EventRecord): Pick<CrashEvent, "bugCheck" | "dumpPath"> {
  const texts = event.data.map((one) => one.value);
  const match = event.eventId === 1001 ? bugCheckText.exec(texts[0] ?? "") : null;
  if (match) {
    const [, code = "", parameters = ""] = match;
    const dumpPath = /\.dmp$/i.test(texts[1] ?? "") ? (texts[1] ?? null) : null;
    return { bugCheck: shownBugCheck(parseInt(code, 16), parameters.split(",")), dumpPath };
  }
  const byName = new Map(event.data.map((one) => [one.name, one.value]));
  // Event 41 writes the code as a decimal number.
  const code = Number(byName.get("BugcheckCode") ?? 0);
  const isCode = Number.isInteger(code) && code > 0 && code <= 0xffff_ffff;
  const parameters = [1, 2, 3, 4].map((index) => byName.get(`BugcheckParameter${index}`) ?? "");
  return { bugCheck: isCode ? shownBugCheck(code, parameters) : null, dumpPath: null };
}

function shownBugCheck(number: number, texts: readonly string[]): CrashEvent["bugCheck"] {
  const numbers = texts.map((text) => (/^\s*0x[0-9a-f]{1,16}\s*$/i.test(text) ? BigInt(text.trim()) : 0n));
  const { code, name, parameters, status } = bugCheckOf(number, numbers);
  return { code, name, parameters, status };
}
