import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findWindows, MemorySource, NtfsVolume, openDiskImage, triage, type Triage } from "../../disk";
import { sentences } from "../../disk/triage/sentences";
import { samples } from "../../rehearsal/disks";
import type { Guest } from "../../rehearsal/guest";
import { startGuest } from "../../rehearsal/guest/start";
import { machineWith } from "../rehearsal/guest/support/machine";
import { answerOf, collect, mount } from "../rehearsal/guest/support/run";
import { startStore, type Store } from "../rehearsal/guest/support/store";
import { sampleBytes } from "./support/samples";

/*
 * The triage from outside and the script on the repair VM look at the same disk. Here the script's model stands for the
 * script: test/rehearsal/guest compares the two word for word.
 */

let folder: string;
let store: Store;
let guest: Guest;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "triage-and-script-"));
  store = await startStore(folder);
  guest = await startGuest({ workFolder: folder, powershell: null });
});

afterAll(async () => {
  await Promise.all([guest.stop(), store.stop()]);
  rmSync(folder, { recursive: true });
});

/** What the script on the repair VM answers; null when it cannot mount the disk. */
async function scriptAnswer(bytes: Buffer): Promise<any> {
  const machine = machineWith(bytes.subarray(0, -512), { caFile: store.caFile });
  const { windowsRoot } = answerOf(await mount(guest, machine));
  return windowsRoot && answerOf(await collect(guest, machine, store.containerUrl, windowsRoot));
}

/** A text without the drives that its paths begin with: a repair VM has letters of its own. */
const withoutDrives = (text: string): string => text.replace(/\b([A-Z]|partition \d+):(?=\\)/g, "");

/** What the triage says, in the form of the script's answer. */
function asScript({ dumpStatus, dumps, crashControl }: Triage, controlSet: string | null): object {
  const [best] = dumps;
  const isTaken = best !== undefined && (dumpStatus === "found" || best.complete === true);
  const { pagingFiles: _, ...settings } = crashControl ?? { pagingFiles: null };
  return {
    status: isTaken ? "collected" : "not-found",
    dumpPath: isTaken ? withoutDrives(best.path) : null,
    dumpSize: isTaken ? best.size : null,
    dumpKind: best?.kind ?? null,
    dumpRequired: best?.required ?? null,
    dumpComplete: best?.complete ?? null,
    bugCheck: best?.bugCheck ?? null,
    systemTime: best?.systemTime ?? null,
    build: best?.build ?? null,
    crashControl: crashControl && { ...settings, controlSet },
  };
}

type Line = Triage["searched"][number];

const isSide = ({ why }: Line): boolean =>
  why.startsWith(sentences.placeLive) || why.startsWith(sentences.placeProgram);

/** Places and what is said of them; side places only where the triage had a reason to look there. */
function linesOf(searched: readonly Line[], withSides: boolean): string[] {
  return searched
    .filter((line) => withSides || !isSide(line))
    .map(({ path, found, why }) => withoutDrives(`${found ? "+" : "-"} ${path}: ${why}`));
}

const sameSteps: readonly string[] = [
  sentences.nextEnable,
  sentences.nextPageFile,
  sentences.nextSpace,
  sentences.nextReset,
];

/** The steps that both know, in order. */
function stepsOf(nextSteps: readonly string[]): string[] {
  const nmi = sentences.nextNmi.slice(0, 50);
  return nextSteps
    .filter((step) => sameSteps.includes(step) || step.startsWith(nmi))
    .map((step) => (step.startsWith(nmi) ? nmi : step));
}

async function expectSame(bytes: Buffer): Promise<Triage> {
  const answer = await triage(new MemorySource(bytes));
  const script = await scriptAnswer(bytes);
  const { searched, reason, dumpPath, ...rest } = script;
  expect({ ...rest, dumpPath: dumpPath && withoutDrives(dumpPath) }).toMatchObject(
    asScript(answer, answer.windows!.controlSet),
  );
  expect(linesOf(answer.searched, true)).toEqual(linesOf(searched, answer.searched.some(isSide)));
  expect(stepsOf(answer.nextSteps)).toEqual(stepsOf(script.nextSteps));
  // What is told beside the words that only one of the two has: that it took the dump, and how to have it.
  const own =
    /The dump was still in the page file .*?: its first \d+ bytes were taken from there\.|It was not taken .*/;
  const said = withoutDrives(reason ?? "").replace(own, "");
  for (const sentence of said.split(/(?<=\.) (?=[A-Z])/))
    expect(withoutDrives(answer.reason)).toContain(sentence.trim());
  return answer;
}

it.each(samples.filter(({ status }) => status !== "encrypted"))(
  "says of $name what the script on the repair VM says",
  async ({ name }) => {
    await expectSame(sampleBytes(name));
  },
);

/** The bytes of a file from its start, in the image. */
async function fileIn(bytes: Buffer, path: string, partition?: number): Promise<Buffer> {
  const image = await openDiskImage(new MemorySource(bytes));
  const other = image.partitions.find((one) => one.number === partition);
  const on = other ? { volume: await NtfsVolume.open(other.bytes), partition: other } : (await findWindows(image))!;
  const [first] = (await (await on.volume.find(path))!.extents())!;
  return bytes.subarray(first!.at! + on.partition.offset);
}

/** Fields of a 64-bit dump header. */
const later = (dump: Buffer, days: number): unknown =>
  dump.writeBigUInt64LE(dump.readBigUInt64LE(0xfa8) + BigInt(days) * 864_000_000_000n, 0xfa8);
const needs = (dump: Buffer, size: bigint): unknown => dump.writeBigUInt64LE(size, 0xfa0);
const attributes = (dump: Buffer, bits: number): unknown => dump.writeUInt32LE(bits, 0x1050);

/** Changes a text of the registry, in place. */
function retype(bytes: Buffer, from: string, to: string): void {
  const text = Buffer.from(to.padEnd(from.length, "\0"), "utf16le");
  const at = bytes.indexOf(Buffer.from(from, "utf16le"));
  expect(at).toBeGreaterThan(0);
  text.copy(bytes, at);
}

/** Changes the first DWORD of the registry that has this name. Source: the "vk" record of the format's specification. */
function renumber(bytes: Buffer, name: string, value: number): void {
  const head = Buffer.from([0x76, 0x6b, name.length, 0]);
  let at = bytes.indexOf(head);
  while (bytes.toString("latin1", at + 20, at + 20 + name.length) !== name) at = bytes.indexOf(head, at + 1);
  bytes.writeUInt32LE(value, at + 8);
}

const memory = "\\Windows\\MEMORY.DMP";
const names = { large: "\\Аварийные дампы\\Дамп памяти 🖥 (главный).DMP", small: "\\ミニダンプ\\第1回 & 'テスト'.dmp" };

/** Disks that no sample shows: a sample, what is changed, and the path of the dump that is the answer. */
const cases: readonly [string, string, (bytes: Buffer) => unknown, string | undefined, RegExp?][] = [
  [
    "a small dump of a later crash",
    "names-in-other-scripts",
    async (bytes) => later(await fileIn(bytes, names.small), 1),
    names.small,
  ],
  [
    "a dump of a later crash that is cut off",
    "names-in-other-scripts",
    async (bytes) => {
      const large = await fileIn(bytes, names.large);
      later(large, 1);
      needs(large, 1n << 40n);
    },
    names.small,
  ],
  [
    "a dump that is encrypted, and whose file was too small",
    "truncated-dump",
    async (bytes) => attributes(await fileIn(bytes, memory), 0x104),
    memory,
  ],
  [
    "a live dump in the usual place",
    "truncated-dump",
    async (bytes) => attributes(await fileIn(bytes, memory), 0x10),
    undefined,
  ],
  [
    "an idle dedicated dump file",
    "dedicated-dump-file",
    async (bytes) => (await fileIn(bytes, "\\DedicatedDump.sys")).fill(0, 0, 8),
    undefined,
  ],
  [
    "a dedicated dump file that is too small",
    "dedicated-dump-file",
    async (bytes) => needs(await fileIn(bytes, "\\DedicatedDump.sys"), 1n << 33n),
    "\\DedicatedDump.sys",
  ],
  [
    "a page file that is too small for its dump",
    "dump-in-page-file",
    async (bytes) => needs(await fileIn(bytes, "\\pagefile.sys"), 1n << 33n),
    "\\pagefile.sys",
  ],
  [
    "a dump in the page file that does not say how long it is",
    "dump-in-page-file",
    async (bytes) => needs(await fileIn(bytes, "\\pagefile.sys"), 0n),
    "\\pagefile.sys",
  ],
  [
    "a small dump in the page file, which ends before the file does",
    "dump-in-page-file",
    async (bytes) => (await fileIn(bytes, "\\pagefile.sys")).writeUInt32LE(4, 0xf98),
    "\\pagefile.sys",
  ],
  [
    "a live dump in the page file",
    "dump-in-page-file",
    async (bytes) => attributes(await fileIn(bytes, "\\pagefile.sys"), 0x10),
    undefined,
  ],
  [
    "a dump of a later crash on the other volume",
    "two-windows",
    async (bytes) => later(await fileIn(bytes, memory, 1), 3000),
    memory,
  ],
  [
    "a dump file on a drive that is not there",
    "dump-on-data-volume",
    (bytes) => retype(bytes, "E:\\Dumps\\MEMORY.DMP", "Z:\\Dumps\\MEMORY.DMP"),
    undefined,
  ],
  [
    "a dump file by a variable that is not known",
    "dumps-disabled",
    (bytes) => retype(bytes, "%SystemRoot%\\MEMORY.DMP", "%Nowhere%\\MEMORY.DMP"),
    undefined,
  ],
  [
    "a dump file by a path from the root",
    "truncated-dump",
    (bytes) => retype(bytes, "%SystemRoot%\\MEMORY.DMP", "\\Windows\\MEMORY.DMP"),
    memory,
  ],
  [
    "a control set that is not there",
    "control-set-002",
    (bytes) => renumber(bytes, "Current", 7),
    "\\CrashDumps\\server.dmp",
  ],
  [
    "a page file that has a limit where a complete dump is wanted",
    "live-kernel-reports",
    (bytes) => {
      renumber(bytes, "CrashDumpEnabled", 1);
      retype(bytes, "?:\\pagefile.sys", "C:\\p.sys 1 4096");
    },
    undefined,
    /at most 4096 MB \(C:.p\.sys\)/,
  ],
  [
    "a page file on another volume of the disk",
    "dump-on-data-volume",
    (bytes) => {
      retype(bytes, "E:\\Dumps\\MEMORY.DMP", "C:\\Dumps\\MEMORY.DMP");
      retype(bytes, "?:\\pagefile.sys", "E:\\pagefile.sys");
      retype(bytes, "\\??\\C:\\pagefile.sys", "\\??\\E:\\pagefile.sys");
    },
    undefined,
    /page file is on E:.pagefile\.sys, not on the volume/,
  ],
  [
    "a volume that is full",
    "live-kernel-reports",
    async (bytes) => {
      const { volume } = (await findWindows(await openDiskImage(new MemorySource(bytes))))!;
      const bits = Math.floor(volume.size / volume.clusterSize);
      (await fileIn(bytes, "\\$Bitmap")).fill(0xff, 1, Math.ceil(bits / 8));
    },
    undefined,
    /is full: 4096 of \d+ bytes/,
  ],
  [
    "a Windows for clients that noted a crash",
    "dump-of-earlier-crash",
    async (bytes) => {
      attributes(await fileIn(bytes, memory), 0x10);
      retype(bytes, "ServerNT", "WinNT");
    },
    undefined,
    /Windows for clients deletes/,
  ],
];

it.each(cases)("says of %s what the script says", async (_, sample, change, path, told = /./) => {
  const bytes = sampleBytes(sample);
  await change(bytes);
  const { dumps, reason } = await expectSame(bytes);
  expect(dumps[0] && withoutDrives(dumps[0].path)).toBe(path);
  expect(reason).toMatch(told);
});
