import { crc32 } from "node:zlib";
import { EventLog, type ByteSource } from "../../../../disk";
import { eventValues, writeEventLog, type EventFacts } from "../../../../rehearsal/disks/build/event-log-writer";
import type { Damage } from "../damage";
import type { Structure } from "../structure";

const { hex64, text, u32 } = eventValues;
const headerSize = 4096;
const chunkSize = 64 * 1024;

const time = new Date("2026-10-30T02:14:37.512Z");
const events: readonly EventFacts[] = [
  { provider: "EventLog", eventId: 6008, level: 2, time, data: ["02:14:37", "30.10.2026", ""] },
  {
    provider: "Microsoft-Windows-Kernel-Power",
    eventId: 41,
    level: 1,
    time,
    data: { BugcheckCode: u32(0xc000_021a), BugcheckParameter1: hex64(1n) },
  },
  {
    provider: "Microsoft-Windows-WER-SystemErrorReporting",
    eventId: 1001,
    level: 2,
    time,
    data: { param1: text("0xc000021a (0x0, 0x0, 0x0, 0x0)"), param2: text("C:\\Windows\\MEMORY.DMP") },
  },
];

export const eventLog: Structure = {
  name: "event log",
  prepare: () => {
    const bytes = writeEventLog(events, { channel: "System", computer: "FIN-APP-07", chunks: 2, dirty: true });
    return Promise.resolve({
      bytes,
      ranges: [
        { offset: 0, length: 128 },
        { offset: headerSize, length: 128 },
        // Records first, and their templates most of all.
        ...[0, 1, 2].map(() => ({ offset: headerSize + 512, length: 2600 })),
      ],
      ask,
      repair: (damage: Damage) => damage.writeNumber(124, crc32(damage.bytes.subarray(0, 120))),
    });
  },
};

async function ask(source: ByteSource): Promise<string> {
  const log = await EventLog.open(source);
  const found: unknown[] = [];
  for await (const event of log.newestFirst()) found.push(event);
  if (found.length > (source.size / chunkSize) * events.length + events.length)
    throw new Error("there are too many events");
  return JSON.stringify(found);
}
