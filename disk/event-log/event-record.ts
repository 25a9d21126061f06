import type { ByteView } from "../byte-view";
import { fileTimeToIso } from "../file-time";
import { readBinaryXml, type XmlElement } from "./binary-xml";
import { recordHeadSize, type RecordPlace } from "./chunk";

/** A value that an event carries. */
export interface EventDatum {
  /** Null where the provider gave none: classic events only number them. */
  readonly name: string | null;
  readonly value: string;
}

/** An event as it was logged. */
export interface EventRecord {
  /** Identifier within its log; later events have higher ones. */
  readonly record: number;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string | null;
  /** Such as `Microsoft-Windows-Kernel-Power`. */
  readonly provider: string;
  readonly eventId: number;
  /** 1 critical, 2 error, 3 warning, 4 information; 0 for events that tell none. */
  readonly level: number | null;
  readonly computer: string | null;
  /** What the message is filled in with, in order; binary data as hex digits under the name `Binary`. */
  readonly data: readonly EventDatum[];
}

/**
 * Reads an event.
 *
 * Source: "Event Schema" (Microsoft Learn, Windows Event Log): elements System, EventData and UserData.
 *
 * @throws CorruptEventLogError
 */
export function readEventRecord(chunk: ByteView, place: RecordPlace): EventRecord {
  const [event] = readBinaryXml(chunk, place.at + recordHeadSize, place.at + place.size - 4);
  const system = event && child(event, "System");
  const provider = system && child(system, "Provider")?.attributes.get("Name");
  const eventId = system && Number(child(system, "EventID")?.text);
  if (!system || provider === undefined || !Number.isInteger(eventId)) {
    return chunk.fail(`holds record ${place.id}, which says neither provider nor event identifier`);
  }
  const level = child(system, "Level")?.text ?? "";
  return {
    record: place.id,
    time: child(system, "TimeCreated")?.attributes.get("SystemTime") ?? fileTimeToIso(place.written),
    provider,
    eventId: Number(eventId),
    level: /^\d+$/.test(level) ? Number(level) : null,
    computer: child(system, "Computer")?.text ?? null,
    data: dataOf(event),
  };
}

function dataOf(event: XmlElement): EventDatum[] {
  const data = child(event, "EventData");
  if (data) {
    return data.children.map(({ name, attributes, text }) => {
      return { name: attributes.get("Name") ?? (name === "Data" ? null : name), value: text };
    });
  }
  return child(event, "UserData")?.children.flatMap(leaves) ?? [];
}

function leaves(element: XmlElement): EventDatum[] {
  if (element.children.length > 0) return element.children.flatMap(leaves);
  return [{ name: element.name, value: element.text }];
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((one) => one.name === name);
}
