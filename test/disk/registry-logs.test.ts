import fc from "fast-check";
import { DiskError, MemorySource, RegistryHive } from "../../disk";
import { dword, text, type HiveKey } from "../../rehearsal/disks/build/hive-values";
import { writeHive } from "../../rehearsal/disks/build/hive-writer";
import {
  changedPages,
  newLog,
  oldLog,
  setSequence,
  type LoggedPage,
} from "../../rehearsal/disks/build/hive-log-writer";

const facts = { fileName: "SYSTEM", lastWritten: new Date("2026-05-06T07:08:09Z"), sequence: 5 };

/** States of one hive, each a change of the one before; the last has grown by a bin. */
const states = [1, 2, 3, 4].map((state) => {
  const more: HiveKey = state === 4 ? { Grown: { Text: text("x".repeat(3000)) } } : {};
  return writeHive({ Select: { Current: dword(state) }, Fill: { Text: text("y".repeat(1000)) }, ...more }, facts);
});
const [first, second, third, fourth] = states as [Buffer, Buffer, Buffer, Buffer];

async function currentOf(hive: Buffer, logs: readonly Buffer[]): Promise<{ current: number; hive: RegistryHive }> {
  const opened = await RegistryHive.open(
    new MemorySource(hive),
    logs.map((log) => new MemorySource(log)),
  );
  const value = await (await opened.key("Select"))!.value("Current");
  return { current: value!.asNumber(), hive: opened };
}

const dirty = setSequence(first, 5, 4);
const step = (before: Buffer, after: Buffer): LoggedPage[] => changedPages(before, after);
const firstLog = newLog(second, 9, [step(first, second)]);
const secondLog = newLog(fourth, 10, [step(second, third), step(third, fourth)]);

describe("a dirty hive", () => {
  it("gets its logs applied in the order of their sequence numbers, and grows", async () => {
    for (const logs of [
      [firstLog, secondLog],
      [secondLog, firstLog],
    ]) {
      const { current, hive } = await currentOf(dirty, logs);
      expect([current, hive.dirty, hive.replayedEntries, hive.problems]).toStrictEqual([4, true, 3, []]);
      expect((await (await hive.key("Grown"))!.value("Text"))!.asString()).toHaveLength(3000);
      const bins = await hive.bytes.read(4096, hive.bytes.size - 4096);
      expect(Buffer.compare(bins, fourth.subarray(4096))).toBe(0);
    }
  });

  it("does not get a log that goes on behind a gap", async () => {
    const late = newLog(fourth, 12, [step(second, fourth)]);
    expect((await currentOf(dirty, [firstLog, late])).current).toBe(2);
  });

  it("does not get a log that is older than the hive", async () => {
    const stale = newLog(second, 3, [step(first, second)]);
    const { current, hive } = await currentOf(dirty, [stale]);
    expect([current, hive.replayedEntries]).toStrictEqual([1, 0]);
    expect(hive.problems).toStrictEqual([expect.stringContaining("no transaction log is whole and newer")]);
  });

  it("gets entries up to the first damaged one", async () => {
    const log = newLog(fourth, 9, [step(first, second), step(second, third), step(third, fourth)]);
    const damaged = Buffer.from(log);
    damaged[damaged.lastIndexOf("HvLE") + 60]! ^= 1;
    expect((await currentOf(dirty, [damaged])).current).toBe(3);
    damaged[damaged.indexOf("HvLE") + 60]! ^= 1;
    expect((await currentOf(dirty, [damaged])).current).toBe(1);
  });

  it("gets a log of the old form", async () => {
    const { current, hive } = await currentOf(dirty, [oldLog(third, 5, step(first, third)), Buffer.alloc(0)]);
    expect([current, hive.replayedEntries]).toStrictEqual([3, 1]);
  });

  it("says so when there is no log", async () => {
    const { current, hive } = await currentOf(dirty, []);
    expect([current, hive.dirty]).toStrictEqual([1, true]);
    expect(hive.problems).toStrictEqual([expect.stringContaining("there is no transaction log")]);
  });

  it("takes a lost base block from the newer log", async () => {
    const lost = Buffer.from(first);
    lost.fill(0, 0, 512);
    const whole = newLog(second, 10, [step(first, second)]);
    const { current, hive } = await currentOf(lost, [newLog(first, 9, [step(second, first)]), whole]);
    expect([current, hive.problems]).toStrictEqual([2, ["The base block of the hive is damaged."]]);
  });

  it("is read, or ends in a DiskError, when bytes of its logs are wrong", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(firstLog.length + secondLog.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (damage) => {
          const both = Buffer.concat([firstLog, secondLog]);
          for (const [at, to] of damage) both[at] = to;
          const logs = [both.subarray(0, firstLog.length), both.subarray(firstLog.length)];
          try {
            expect([1, 2, 3, 4]).toContain((await currentOf(dirty, logs)).current);
          } catch (error) {
            if (!(error instanceof DiskError)) throw error;
          }
        },
      ),
      { numRuns: 300 },
    ));
});

it("a clean hive does not ask for its logs", async () => {
  const asked = jest.fn(() => Promise.resolve([]));
  const hive = await RegistryHive.open(new MemorySource(first), asked);
  expect([hive.dirty, asked.mock.calls.length]).toStrictEqual([false, 0]);
});
