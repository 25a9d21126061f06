import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { DiskError, EventLog, MemorySource, NotAnEventLogError, type EventRecord } from "../../disk";
import { valueTexts } from "../../disk/event-log/xml-value";
import { crashEventsIn } from "../../disk/triage/crash-events";
import { BinaryXmlWriter } from "../../rehearsal/disks/build/binary-xml-writer";
import { eventValues, writeEventLog, type EventFacts } from "../../rehearsal/disks/build/event-log-writer";
import { CountingSource } from "./support/counting-source";
import { itWith, tool } from "./support/oracle";
import { tellTimeout } from "./support/tell-timeout";

const { hex64, text, u32 } = eventValues;
const facts = { channel: "System", computer: "FIN-APP-07" };
const headerSize = 4096;
const chunkSize = 64 * 1024;

const at = (seconds: number): Date => new Date(Date.parse("2026-10-30T02:00:00.512Z") + seconds * 1000);

const bugCheck1001: EventFacts = {
  provider: "Microsoft-Windows-WER-SystemErrorReporting",
  eventId: 1001,
  level: 2,
  time: at(30),
  data: {
    param1: text("0xc000021a (0xffffbe0d4a3c8070, 0xffffffffc0000428, 0x0000000000000000, 0x0000000000000000)"),
    param2: text("C:\\Windows\\MEMORY.DMP"),
    param3: text("8a1c-<&>-\u00e4"),
  },
};

const kernelPower41: EventFacts = {
  provider: "Microsoft-Windows-Kernel-Power",
  eventId: 41,
  level: 1,
  time: at(20),
  data: {
    BugcheckCode: u32(0xc000_021a),
    BugcheckParameter1: hex64(0xffff_be0d_4a3c_8070n),
    BugcheckParameter2: hex64(0xffff_ffff_c000_0428n),
    BugcheckParameter3: hex64(0n),
    BugcheckParameter4: hex64(0n),
    SleepInProgress: u32(0),
  },
};

const unexpected6008: EventFacts = {
  provider: "EventLog",
  eventId: 6008,
  level: 2,
  time: at(10),
  data: ["02:14:37", "30.10.2026", "", "", "41"],
};

/** Some hundred events in two or three chunks. */
function many(count: number): EventFacts[] {
  const some = [unexpected6008, kernelPower41, bugCheck1001];
  return Array.from({ length: count }, (_, index) => ({ ...some[index % 3]!, time: at(index) }));
}

async function read(bytes: Uint8Array): Promise<{ events: EventRecord[]; problems: readonly string[] }> {
  const log = await EventLog.open(new MemorySource(bytes));
  const events: EventRecord[] = [];
  for await (const event of log.newestFirst()) events.push(event);
  return { events, problems: log.problems };
}

/** Identifiers of the records that the header of a chunk says are in it. */
function recordsOfChunk(log: Buffer, chunk: number): number[] {
  const start = headerSize + chunk * chunkSize;
  const [first, last] = [log.readBigUInt64LE(start + 24), log.readBigUInt64LE(start + 32)];
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => Number(first) + index);
}

/** Windows writes 0x0, and evtxexport all digits. */
function unpadded(text: string): string {
  return text.replace(/^0x0*(?=[0-9a-f]+$)/, "0x");
}

describe("EventLog", () => {
  it("reads what was written, the newest first", async () => {
    const { events, problems } = await read(writeEventLog([unexpected6008, kernelPower41, bugCheck1001], facts));
    expect(problems).toStrictEqual([]);
    expect(events).toMatchObject([
      {
        record: 3,
        time: "2026-10-30T02:00:30.5120000Z",
        provider: "Microsoft-Windows-WER-SystemErrorReporting",
        eventId: 1001,
        level: 2,
        computer: "FIN-APP-07",
        data: [
          { name: "param1" },
          { name: "param2", value: "C:\\Windows\\MEMORY.DMP" },
          { name: "param3", value: "8a1c-<&>-\u00e4" },
        ],
      },
      {
        record: 2,
        data: [
          { name: "BugcheckCode", value: "3221226010" },
          { name: "BugcheckParameter1", value: "0xffffbe0d4a3c8070" },
          { name: "BugcheckParameter2", value: "0xffffffffc0000428" },
          { name: "BugcheckParameter3", value: "0x0" },
          { name: "BugcheckParameter4", value: "0x0" },
          { name: "SleepInProgress", value: "0" },
        ],
      },
      { record: 1, data: ["02:14:37", "30.10.2026", "", "", "41"].map((value) => ({ name: null, value })) },
    ]);
  });

  it("finds the newest event wherever the ring begins, and whatever chunk the header of a log left open names", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.nat(8),
        fc.integer({ min: 1, max: 6 }),
        async (chunks, named, size) => {
          const long = { ...bugCheck1001, data: { param1: text("x".repeat(10_000)) } };
          const events = Array.from({ length: size * 5 }, () => long);
          const written = Math.ceil(events.length / 3);
          const log = writeEventLog(events, {
            ...facts,
            chunks,
            namedChunk: named % Math.min(chunks, written),
            dirty: true,
          });
          const ids = (await read(log)).events.map((event) => event.record);
          const oldest = Math.max(0, written - chunks) * 3 + 1;
          expect(ids).toStrictEqual(
            Array.from({ length: events.length - oldest + 1 }, (_, index) => events.length - index),
          );
        },
      ),
      { numRuns: 40 },
    ));

  it("reads no more of a long log than the newest events need", async () => {
    const log = writeEventLog(many(900), { ...facts, chunks: 320, dirty: true, namedChunk: 0 });
    const counting = new CountingSource(new MemorySource(log));
    const events = (await EventLog.open(counting)).newestFirst();
    expect((await events.next()).value).toMatchObject({ record: 900 });
    await events.return(undefined);
    expect(counting.bytesRead).toBeLessThan(5 * chunkSize);
    expect(counting.reads.length).toBeLessThan(40);
  });

  it("finds the newest events behind chunks that a crash lost, and says that they are lost", async () => {
    const log = writeEventLog(many(900), { ...facts, chunks: 8, dirty: true, namedChunk: 1 });
    log.fill(0, headerSize + 2 * chunkSize, headerSize + 4 * chunkSize);
    const { events, problems } = await read(log);
    expect(events[0]?.record).toBe(900);
    expect(events.at(-1)?.record).toBe(1);
    expect(problems).toStrictEqual(
      [3, 2].map((chunk) => `Chunk ${chunk} of the event log is lost, with the events in it.`),
    );
  });

  it.each([
    ["the newest chunk", 3, 3],
    ["a chunk in the middle", 3, 2],
    ["a chunk at the end of the ring, where older events are", 1, 5],
  ])("finds the older events behind %s when nothing but its header was written", async (_, newest, empty) => {
    const chunks = newest === 3 ? 4 : 6;
    const rounds = newest === 3 ? 1 : 2;
    const long = { ...bugCheck1001, data: { param1: text("x".repeat(10_000)) } };
    // Three events fill a chunk.
    const events = Array.from({ length: ((rounds - 1) * chunks + newest + 1) * 3 }, () => long);
    const log = writeEventLog(events, { ...facts, chunks, dirty: true });
    const whole = (await read(log)).events.map((event) => event.record);
    const lost = recordsOfChunk(log, empty);
    log.fill(0, headerSize + empty * chunkSize + 512, headerSize + (empty + 1) * chunkSize);
    const { events: found, problems } = await read(log);
    expect(lost).toHaveLength(3);
    expect(found.map((event) => event.record)).toStrictEqual(whole.filter((record) => !lost.includes(record)));
    expect(problems).toStrictEqual([`Chunk ${empty} of the event log is lost, with the events in it.`]);
  });

  it("reads a log whose checksums are wrong, and says so", async () => {
    const log = writeEventLog(many(30), facts);
    log.writeUInt32LE(1, 124);
    log.writeUInt32LE(1, headerSize + 52);
    const { events, problems } = await read(log);
    expect(events).toHaveLength(30);
    expect(problems).toStrictEqual([
      "The header of the event log has a wrong checksum.",
      "Chunk 0 of the event log has a wrong checksum; its records were read as far as they make sense.",
    ]);
  });

  it("leaves out what an earlier round of the ring left behind the free space of a chunk", async () => {
    const log = writeEventLog(many(30), facts);
    const mark = Buffer.from("2a2a0000", "hex");
    for (let place = log.indexOf(mark, headerSize), id = 1; place >= 0; place = log.indexOf(mark, place + 1), id++) {
      if (id === 21) log.writeUInt32LE(place - headerSize, headerSize + 48);
      if (id > 20) log.writeBigUInt64LE(BigInt(id - 20), place + 8);
    }
    const { events } = await read(log);
    expect(events.map((event) => event.record)).toStrictEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
  });

  it("reads the events around a damaged one", async () => {
    const log = writeEventLog(many(30), facts);
    const second = log.indexOf(Buffer.from("2a2a0000", "hex"), headerSize + 520);
    log.writeUInt32LE(9999, second + 4);
    const { events, problems } = await read(log);
    expect(events.map((event) => event.record)).toStrictEqual([
      ...Array.from({ length: 28 }, (_, index) => 30 - index),
      1,
    ]);
    expect(problems).toStrictEqual([expect.stringMatching(/Chunk 0 of the event log is damaged in 1 places/)]);
  });

  it("refuses what is no event log", async () => {
    await expect(EventLog.open(new MemorySource(Buffer.alloc(200_000)))).rejects.toThrow(NotAnEventLogError);
    await expect(EventLog.open(new MemorySource(Buffer.from("ElfFile\0")))).rejects.toThrow(/has 8 bytes/);
  });

  it("ends at an event that names itself over and over", async () => {
    const log = writeEventLog([unexpected6008], facts);
    const start = headerSize + 512 + 24;
    // The definition of the template lies behind the record; its body is an instance of the same template.
    const writer = new BinaryXmlWriter(log.subarray(headerSize, headerSize + chunkSize), 40_000);
    writer.put(Buffer.alloc(20));
    writer.u32(100);
    for (let index = 0; index < 4; index++) {
      writer.put(Buffer.from("0c01", "hex"));
      writer.u32(0);
      writer.u32(40_000);
      writer.u32(0);
    }
    log.writeUInt32LE(40_000, start + 10);
    const { events, problems } = await read(log);
    expect(events).toStrictEqual([]);
    expect(problems.join("\n")).toMatch(/Event 1 could not be read: .*(levels deep|tokens)/);
  });

  it.each([
    ["tokens", 4, ""],
    ["characters", 3, "x".repeat(2000)],
  ])("ends at an event whose templates multiply to more %s than any event has", async (what, levels, leaf) => {
    const log = writeEventLog([unexpected6008], facts);
    const template = (level: number): number => 20_000 + level * 5000;
    for (let level = 0; level < levels; level++) {
      const writer = new BinaryXmlWriter(log.subarray(headerSize, headerSize + chunkSize), template(level));
      writer.put(Buffer.alloc(20));
      writer.u32(4500);
      // The last one holds nothing but a processing instruction.
      if (level === levels - 1) {
        writer.put(Buffer.from("0b", "hex"));
        writer.u16(leaf.length);
        writer.put(Buffer.from(leaf, "utf16le"));
        writer.u8(0);
        continue;
      }
      for (let index = 0; index < 40; index++) {
        writer.put(Buffer.from("0c01", "hex"));
        writer.u32(0);
        writer.u32(template(level + 1));
        writer.u32(0);
      }
      writer.u8(0);
    }
    log.writeUInt32LE(template(0), headerSize + 512 + 24 + 10);
    const { events, problems } = await read(log);
    expect(events).toStrictEqual([]);
    expect(problems.join("\n")).toMatch(new RegExp(`Event 1 could not be read: .* more than \\d+ ${what}`));
  });

  /**
   * A log of one event that is an instance of a template of many elements, each of which names the same value.
   *
   * @param elements how many
   */
  function logOfOneValue(elements: number, type: number, value: Uint8Array): Buffer {
    const log = writeEventLog([{ ...bugCheck1001, data: { param1: text("x".repeat(30_000)) } }], facts);
    const chunk = log.subarray(headerSize, headerSize + chunkSize);
    const [name, template] = [62_000, 62_100];
    const named = new BinaryXmlWriter(chunk, name + 6);
    named.u16(1);
    named.put(Buffer.from("a\0", "utf16le"));
    const definition = new BinaryXmlWriter(chunk, template + 20);
    definition.u32(elements * 17 + 1);
    for (let index = 0; index < elements; index++) {
      definition.put(Buffer.from("01ffff00000000", "hex"));
      definition.u32(name);
      definition.put(Buffer.from([0x02, 0x0d, 0, 0, type, 0x04]));
    }
    definition.u8(0);
    const record = new BinaryXmlWriter(chunk, 512 + 24 + 10);
    record.u32(template);
    record.u32(1);
    record.u16(value.length);
    record.u8(type);
    record.u8(0);
    record.put(value);
    record.u8(0);
    return log;
  }

  it.each([
    ["elements", 10, 0x81, Buffer.alloc(32_000)],
    ["elements", 10, 0x84, Buffer.alloc(32_000)],
    ["characters and values", 60, 0x01, Buffer.alloc(50_000)],
  ])("ends at an event of more %s than any event has, %d times one value of type %d", async (what, ...value) => {
    const { events, problems } = await read(logOfOneValue(...value));
    expect(events).toStrictEqual([]);
    expect(problems.join("\n")).toMatch(new RegExp(`Event 1 could not be read: .* more than \\d+ ${what}`));
  });

  it("takes end marks off a text within the time of a test, however many NULs are in it", async () => {
    const marked = `${"\0".repeat(400_000)}x`;
    expect(valueTexts(0x01, Buffer.from(`${marked}\0\0`, "utf16le"))).toStrictEqual([marked]);
    await tellTimeout();
  });

  it("answers events or a DiskError for any damage, and never more events than there are", () => {
    const log = writeEventLog(many(40), { ...facts, chunks: 3 });
    const end = headerSize + 40_000;
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(end - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        fc.option(fc.nat(log.length), { freq: 8 }),
        async (damage, length) => {
          const bytes = Buffer.from(log.subarray(0, length ?? log.length));
          for (const [place, to] of damage) if (place < bytes.length) bytes[place] = to;
          try {
            const { events } = await read(bytes);
            expect(events.length).toBeLessThanOrEqual(40);
          } catch (error) {
            if (!(error instanceof DiskError)) throw error;
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  itWith(["evtxexport"], "has the events that evtxexport prints", async () => {
    const folder = mkdtempSync(join(tmpdir(), "event-log-test-"));
    try {
      const file = join(folder, "System.evtx");
      const log = writeEventLog(many(300), { ...facts, chunks: 2, dirty: true });
      writeFileSync(file, log);
      const printed = await tool("evtxexport", "-f", "text", file);
      const theirs = printed
        .split("Event number")
        .slice(1)
        .map((part) => {
          const texts = [...part.matchAll(/^String: \d+\t*: ?(.*)$/gm)].map((match) => unpadded(match[1]!));
          return [
            Number(/: (\d+)/.exec(part)![1]),
            /Source name\t*: (.*)/.exec(part)![1],
            Number(/\((\d+)\)\nNumber/.exec(part)![1]),
            texts,
          ];
        });
      const ours = (await read(log)).events.map((event) => {
        return [event.record, event.provider, event.eventId, event.data.map((one) => one.value)];
      });
      expect(ours.reverse()).toStrictEqual(theirs);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("events of crashes", () => {
  const log = "C:\\Windows\\System32\\winevt\\Logs\\System.evtx";
  const eventsIn = (events: readonly EventFacts[]): ReturnType<typeof crashEventsIn> =>
    crashEventsIn(new MemorySource(writeEventLog(events, facts)), "System", log);
  const bugCheck = {
    code: "0xC000021A",
    name: "WINLOGON_FATAL_ERROR",
    parameters: ["0xFFFFBE0D4A3C8070", "0xFFFFFFFFC0000428", "0x0", "0x0"],
    status: "0xC0000428",
  };

  it("tell the bug check and the dump, and leave out what has nothing to do with a crash", async () => {
    const other = { provider: "Microsoft-Windows-Kernel-General", eventId: 16, level: 4, time: at(15) };
    expect(await eventsIn([unexpected6008, other, kernelPower41, bugCheck1001])).toMatchObject([
      { log, record: 4, eventId: 1001, bugCheck, dumpPath: "C:\\Windows\\MEMORY.DMP" },
      { log, record: 3, eventId: 41, bugCheck, dumpPath: null, meaning: "Windows started again after a bug check." },
      { eventId: 6008, bugCheck: null, meaning: "The shutdown before was unexpected: 02:14:37 30.10.2026." },
    ]);
  });

  it("tell the eight newest of a kind, with values and texts of bounded length", async () => {
    const data = Array.from({ length: 40 }, (_, index) => "x".repeat(index === 31 ? 2500 : 5));
    const told = await eventsIn(Array.from({ length: 12 }, () => ({ ...unexpected6008, data })));
    expect(told.map(({ record }) => record)).toStrictEqual([12, 11, 10, 9, 8, 7, 6, 5]);
    expect(told[0]!.data).toHaveLength(32);
    expect(told[0]!.data[31]!.value).toBe(data[31]!.slice(0, 2000));
  });

  it("tell no bug check where Windows noted none", async () => {
    const [event] = await eventsIn([{ ...kernelPower41, data: { BugcheckCode: u32(0) } }]);
    expect(event).toMatchObject({ bugCheck: null, meaning: expect.stringContaining("noted no bug check") });
  });

  it.each([
    ["volmgr", 46, ["\\Device\\HarddiskVolume4"], /initialization failed/],
    ["volmgr", 49, ["\\Device\\HarddiskVolume4"], /page file could not be set up/],
    ["volmgr", 161, ["\\Device\\HarddiskVolume4"], /could not be written/],
    ["EventLog", 6005, [], /event log was running/],
    ["EventLog", 6006, [], /shut down in order/],
    [
      "User32",
      1074,
      [
        "C:\\Windows\\system32\\svchost.exe (FIN)",
        "FIN",
        "Operating System: Upgrade (Planned)",
        "0x80020003",
        "restart",
        "",
        "NT AUTHORITY\\SYSTEM",
      ],
      /A restart was asked for: C:.*svchost.*SYSTEM.*Upgrade/,
    ],
    ["Service Control Manager", 7026, ["\ndam\nfvevol"], /not loaded: dam/],
  ])("tell what %s %d means", async (provider, eventId, data, meaning) => {
    expect(await eventsIn([{ provider, eventId, level: 2, time: at(1), data }])).toMatchObject([
      { provider, eventId, meaning: expect.stringMatching(meaning) },
    ]);
  });

  it("tell of programs that crashed only those whose end stops Windows", async () => {
    const programs = ["lsass.exe", "notepad.exe", "C:\\Windows\\System32\\WinLogon.EXE", "notlsass.exe", "lsm.exe"];
    const events = programs.map((program) => {
      return { provider: "Application Error", eventId: 1000, level: 2, time: at(1), data: [program, "10.0"] };
    });
    const told = await crashEventsIn(new MemorySource(writeEventLog(events, facts)), "Application", log);
    expect(told.map(({ meaning }) => meaning)).toStrictEqual(
      ["lsm.exe", "C:\\Windows\\System32\\WinLogon.EXE", "lsass.exe"].map(
        (program) => `A process of Windows itself crashed: ${program}.`,
      ),
    );
  });
});
