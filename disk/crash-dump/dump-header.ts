import type { ByteSource } from "../byte-source";
import { ByteView } from "../byte-view";
import { OutOfRangeError } from "../errors";
import { fileTimeToIso } from "../file-time";
import { bugCheckOf, type BugCheck } from "./bug-check";
import { isComplete } from "./completeness";

/** The header of a kernel crash dump. */
export interface DumpHeader {
  readonly bits: 64 | 32;
  readonly bugCheck: BugCheck;
  /** DumpType in words; `unknown-N` for a number that is not defined. */
  readonly kind: string;
  readonly dumpType: number;
  /** Build of the kernel's base version: 19041 also on later builds of that family. */
  readonly build: number;
  /** When Windows crashed, ISO 8601 in UTC with seven decimals; null when it was not filled in. */
  readonly systemTime: string | null;
  /** Seconds from boot to crash; null when it was not filled in. */
  readonly upTime: number | null;
  /** "AMD64", "ARM64", "x86" or "ARM"; for another machine its number in hex. */
  readonly machine: string;
  readonly processors: number;
  /** Bytes that the whole dump needs; for a minidump an estimate that may be above the file's size. */
  readonly requiredSize: number | null;
  /** Attributes that are set, such as "live-dump"; empty when they were not filled in. */
  readonly attributes: readonly string[];
  /** True for a dump of a running system: it shows no crash. */
  readonly live: boolean;
  /** False when the file is cut off, null when the header cannot tell. */
  readonly complete: boolean | null;
}

interface Layout {
  readonly bits: 64 | 32;
  readonly headerSize: number;
  readonly machine: number;
  readonly code: number;
  readonly parameters: number;
  readonly dumpType: number;
  readonly miniDumpFields: number;
  readonly upTime: number;
  readonly systemTime: number;
  readonly attributes: number | null;
}

/** Offsets, as the DUMP_HEADER64 and DUMP_HEADER32 structures of the Windows debugger have them. */
const layouts: Readonly<Record<string, Layout>> = {
  PAGEDU64: {
    bits: 64,
    headerSize: 0x2000,
    machine: 0x30,
    code: 0x38,
    parameters: 0x40,
    dumpType: 0xf98,
    miniDumpFields: 0x1038,
    upTime: 0x1030,
    systemTime: 0xfa8,
    attributes: 0x1050,
  },
  PAGEDUMP: {
    bits: 32,
    headerSize: 0x1000,
    machine: 0x20,
    code: 0x28,
    parameters: 0x2c,
    dumpType: 0xf88,
    miniDumpFields: 0xf8c,
    upTime: 0xfb8,
    systemTime: 0xfc0,
    attributes: null,
  },
};

const requiredSizeOffset = 0xfa0;

/** Fields that were not filled in hold the text PAGE over and over. */
const filler = 0x45474150;

/**
 * Reads the header of a kernel crash dump. The bytes may be of a whole file, or of a page file that still holds one.
 *
 * @returns null when they do not begin with a dump header, a user-mode minidump included
 */
export async function readDumpHeader(bytes: ByteSource): Promise<DumpHeader | null> {
  if (bytes.size < 8) return null;
  const layout = layouts[Buffer.from(await bytes.read(0, 8)).toString("latin1")];
  if (!layout || bytes.size < layout.headerSize) return null;
  const view = new ByteView(await bytes.read(0, layout.headerSize), "The dump header", OutOfRangeError);
  const dumpType = view.u32(layout.dumpType);
  const miniDumpFields = filled(view.u32(layout.miniDumpFields));
  const requiredSize = requiredSizeOf(view);
  return {
    bits: layout.bits,
    bugCheck: readBugCheck(view, layout),
    kind: kinds[dumpType] ?? `unknown-${dumpType}`,
    dumpType,
    build: view.u32(12),
    systemTime: fileTimeToIso(view.big(layout.systemTime)),
    upTime: upTimeOf(view.big(layout.upTime)),
    machine: machines[view.u32(layout.machine)] ?? hex(view.u32(layout.machine)),
    processors: view.u32(layout.machine + 4),
    requiredSize,
    ...attributesOf(view, layout),
    complete: await isComplete(bytes, { dumpType, requiredSize, miniDumpFields, headerSize: layout.headerSize }),
  };
}

/** DumpType in words. Source: DUMP_TYPE in the Windows debugger's ntiodump.h. */
const kinds: Readonly<Record<number, string>> = {
  1: "full",
  2: "kernel",
  3: "header",
  4: "minidump",
  5: "bitmap-full",
  6: "bitmap-kernel",
  7: "automatic",
};

/** Machine types of the PE format. */
const machines: Readonly<Record<number, string>> = { 0x14c: "x86", 0x1c4: "ARM", 0x8664: "AMD64", 0xaa64: "ARM64" };

const attributeNames = [
  "hibernation-crash",
  "dump-device-powered-off",
  "insufficient-dump-file",
  "kernel-made-minidump",
  "live-dump",
  "made-offline",
  "filtered",
  "early-boot-crash",
  "encrypted",
  "decrypted",
];

function readBugCheck(view: ByteView, { bits, code, parameters }: Layout): BugCheck {
  const at = (index: number): bigint =>
    bits === 64 ? view.big(parameters + index * 8) : BigInt(view.u32(parameters + index * 4));
  return bugCheckOf(view.u32(code), [0, 1, 2, 3].map(at));
}

function attributesOf(view: ByteView, layout: Layout): { attributes: string[]; live: boolean } {
  const filledIn = layout.attributes === null ? 0 : (filled(view.u32(layout.attributes)) ?? 0);
  // Bits that no Windows sets: the field is damaged, and must not call a crash a live dump.
  const bits = filledIn >>> attributeNames.length === 0 ? filledIn : 0;
  const attributes = attributeNames.filter((_, bit) => (bits & (1 << bit)) !== 0);
  return { attributes, live: attributes.includes("live-dump") };
}

function requiredSizeOf(view: ByteView): number | null {
  const size = view.big(requiredSizeOffset);
  return size === 0n || size > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(size);
}

/** 100 ns intervals as seconds; more than a century is filler. */
function upTimeOf(ticks: bigint): number | null {
  return ticks > 31_536_000_000_000_000n ? null : Number(ticks) / 10_000_000;
}

function filled(value: number): number | null {
  return value === filler ? null : value;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
