import { crc32 } from "node:zlib";
import { BinaryXmlWriter, type EventValue, type Slot, type TemplateElement } from "./binary-xml-writer";
import { dateToFileTime } from "./file-time";

/** An event to write. */
export interface EventFacts {
  readonly provider: string;
  readonly eventId: number;
  readonly level: number;
  readonly time: Date;
  /** By name, as events with a manifest have them, or numbered, as classic events do. */
  readonly data?: Readonly<Record<string, EventValue>> | readonly string[];
}

/** What holds for a whole log. */
export interface EventLogFacts {
  readonly channel: string;
  readonly computer: string;
  /** Chunks of the file; those that no event fills stay empty. As many as are needed when not given. */
  readonly chunks?: number;
  /** Number of the chunk that the header calls the newest; the right one when not given. */
  readonly namedChunk?: number;
  /** True for a log that was not closed. */
  readonly dirty?: boolean;
}

const chunkSize = 64 * 1024;
const headerSize = 4096;
const chunkHeaderSize = 512;

/** Types of values. Source: [MS-EVEN6] 2.2.12 "BinXml". */
const Type = {
  nothing: 0x00,
  string: 0x01,
  u8: 0x04,
  u16: 0x06,
  u32: 0x08,
  u64: 0x0a,
  hex64: 0x15,
  time: 0x11,
  xml: 0x21,
};

/** Values of the types that events of crashes have. */
export const eventValues = {
  text: (text: string): EventValue => ({ type: Type.string, bytes: Buffer.from(text, "utf16le") }),
  u8: (value: number): EventValue => ({ type: Type.u8, bytes: Buffer.from([value]) }),
  u16: (value: number): EventValue => number(Type.u16, 2, BigInt(value)),
  u32: (value: number): EventValue => number(Type.u32, 4, BigInt(value)),
  u64: (value: bigint): EventValue => number(Type.u64, 8, value),
  hex64: (value: bigint): EventValue => number(Type.hex64, 8, value),
  time: (value: Date): EventValue => number(Type.time, 8, dateToFileTime(value)),
} as const;

function number(type: number, length: number, value: bigint): EventValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return { type, bytes: bytes.subarray(0, length) };
}

const slot = (index: number, type: number, optional = false): Slot => ({ index, type, optional });

/** The part that all events have, as Windows writes it. */
const eventTemplate: TemplateElement = {
  name: "Event",
  attributes: { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
  content: [
    {
      name: "System",
      content: [
        { name: "Provider", attributes: { Name: slot(0, Type.string) } },
        { name: "EventID", content: slot(1, Type.u16) },
        { name: "Level", content: slot(2, Type.u8) },
        { name: "TimeCreated", attributes: { SystemTime: slot(3, Type.time) } },
        { name: "EventRecordID", content: slot(4, Type.u64) },
        { name: "Correlation", content: slot(5, Type.string, true) },
        { name: "Channel", content: slot(6, Type.string) },
        { name: "Computer", content: slot(7, Type.string) },
        { name: "Security" },
      ],
    },
    slot(8, Type.xml, true),
  ],
};

/**
 * Writes an event log of Windows.
 *
 * Source: "Windows XML Event Log (EVTX) format" (Joachim Metz, libevtx); [MS-EVEN6] 2.2.12.
 *
 * @param events from the oldest to the newest; when there are more than the chunks hold, the oldest are written over
 */
export function writeEventLog(events: readonly EventFacts[], facts: EventLogFacts): Buffer {
  const full: Buffer[] = [];
  let chunk = new ChunkWriter(1);
  events.forEach((event, index) => {
    if (chunk.add(event, index + 1, facts)) return;
    full.push(chunk.finish());
    chunk = new ChunkWriter(index + 1);
    if (!chunk.add(event, index + 1, facts)) throw new RangeError(`event ${index + 1} is longer than a chunk`);
  });
  if (chunk.count > 0) full.push(chunk.finish());
  const count = facts.chunks ?? full.length;
  const ring = Buffer.alloc(count * chunkSize);
  full.forEach((bytes, index) => ring.set(bytes, (index % count) * chunkSize));
  const newest = facts.namedChunk ?? (full.length - 1) % Math.max(1, count);
  return Buffer.concat([header(newest, count, events.length + 1, facts), ring]);
}

class ChunkWriter {
  count = 0;
  private readonly writer = new BinaryXmlWriter(Buffer.alloc(chunkSize), chunkHeaderSize);
  private last = 0;

  constructor(private readonly first: number) {}

  /** Adds an event; false when there is no room, and then the chunk is to be finished. */
  add(event: EventFacts, id: number, facts: EventLogFacts): boolean {
    const start = this.writer.at;
    try {
      this.record(event, id, facts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.writer.bytes.fill(0, start);
      this.writer.at = start;
      return false;
    }
    this.last = start;
    this.count++;
    return true;
  }

  finish(): Buffer {
    const { bytes, at } = this.writer;
    bytes.write("ElfChnk\0", "latin1");
    const end = this.first + this.count - 1;
    [this.first, end, this.first, end].forEach((id, index) => bytes.writeBigUInt64LE(BigInt(id), 8 + index * 8));
    [128, this.last, at, crc32(bytes.subarray(chunkHeaderSize, at))].forEach((value, index) =>
      bytes.writeUInt32LE(value, 40 + index * 4),
    );
    bytes.writeUInt32LE(crc32(bytes.subarray(128, chunkHeaderSize), crc32(bytes.subarray(0, 120))), 124);
    return bytes;
  }

  private record(event: EventFacts, id: number, { channel, computer }: EventLogFacts): void {
    const { writer } = this;
    const start = writer.at;
    writer.put(Buffer.from("2a2a0000", "hex"));
    writer.u32(0);
    writer.put(eventValues.u64(BigInt(id)).bytes);
    writer.put(eventValues.time(event.time).bytes);
    const { text, u8, u16, u64, time } = eventValues;
    const data = dataOf(event.data ?? []);
    const system = [text(event.provider), u16(event.eventId), u8(event.level), time(event.time), u64(BigInt(id))];
    const nothing = { type: Type.nothing, bytes: Buffer.alloc(0) };
    writer.instance(eventTemplate, [...system, nothing, text(channel), text(computer)], data);
    writer.u8(0);
    while ((writer.at - start) % 8 !== 4) writer.u8(0);
    writer.u32(writer.at - start + 4);
    writer.bytes.writeUInt32LE(writer.at - start, start + 4);
  }
}

/** The template of an event's data, and what it is filled in with. */
function dataOf(data: NonNullable<EventFacts["data"]>): readonly [TemplateElement, readonly EventValue[]] {
  if (Array.isArray(data)) {
    const texts = (data as readonly string[]).map((text) => `${text}\0`).join("");
    const array = { type: Type.string | 0x80, bytes: Buffer.from(texts, "utf16le") };
    return [{ name: "EventData", content: [{ name: "Data", content: slot(0, array.type) }] }, [array]];
  }
  const entries = Object.entries(data as Readonly<Record<string, EventValue>>);
  const content = entries.map(([name, { type }], index) => {
    return { name: "Data", attributes: { Name: name }, content: slot(index, type) };
  });
  return [{ name: "EventData", content }, entries.map(([, value]) => value)];
}

function header(newest: number, count: number, nextRecord: number, { dirty = false }: EventLogFacts): Buffer {
  const bytes = Buffer.alloc(headerSize);
  bytes.write("ElfFile\0", "latin1");
  bytes.writeBigUInt64LE(BigInt(newest), 16);
  bytes.writeBigUInt64LE(BigInt(nextRecord), 24);
  bytes.writeUInt32LE(128, 32);
  bytes.writeUInt16LE(1, 36);
  bytes.writeUInt16LE(3, 38);
  bytes.writeUInt16LE(headerSize, 40);
  bytes.writeUInt16LE(count, 42);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 120)), 124);
  bytes.writeUInt32LE(dirty ? 1 : 0, 120);
  return bytes;
}
