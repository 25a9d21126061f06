import { dateToFileTime } from "./file-time";

/** What a kernel dump says of a crash. */
export interface DumpFacts {
  readonly code: number;
  readonly parameters: readonly [bigint, bigint, bigint, bigint];
  readonly build: number;
  readonly time: Date;
  /** From boot to crash. */
  readonly upTimeSeconds: number;
  readonly processors: number;
  /** True for a dump of a Windows that went on running. */
  readonly live?: boolean;
}

/** Bytes before the memory, or before the next header. */
export const headerSize64 = 0x2000;
export const headerSize32 = 0x1000;

/** DumpType: full, minidump, bitmap kernel. Source: DUMP_TYPE in the Windows debugger's ntiodump.h. */
export type DumpType = 1 | 4 | 6;

/** Attributes bit 4. */
const liveDump = 0x10;

/** Fills in the header of a 64-bit dump, `DUMP_HEADER64`; the dump has its final length already. */
export function writeHeader64(dump: Buffer, facts: DumpFacts, type: DumpType): void {
  fillUnwritten(dump, headerSize64);
  dump.write("PAGEDU64", 0, "latin1");
  dump.writeUInt32LE(0xf, 0x08);
  dump.writeUInt32LE(facts.build, 0x0c);
  dump.writeBigUInt64LE(0x1ad000n, 0x10);
  dump.writeBigUInt64LE(0xffff_fc00_0000_0000n, 0x18);
  dump.writeBigUInt64LE(0xffff_f806_5a42_a2d0n, 0x20);
  dump.writeBigUInt64LE(0xffff_f806_5a41_e0f0n, 0x28);
  dump.writeUInt32LE(0x8664, 0x30);
  dump.writeUInt32LE(facts.processors, 0x34);
  dump.writeUInt32LE(facts.code, 0x38);
  facts.parameters.forEach((parameter, index) => dump.writeBigUInt64LE(parameter, 0x40 + index * 8));
  dump.writeUInt32LE(type, 0xf98);
  dump.writeBigUInt64LE(BigInt(dump.length), 0xfa0);
  dump.writeBigUInt64LE(dateToFileTime(facts.time), 0xfa8);
  dump.fill(0, 0xfb0, 0xfb0 + 128);
  dump.writeBigUInt64LE(upTime(facts), 0x1030);
  dump.writeUInt32LE(3, 0x1040);
  dump.writeUInt32LE(0x110, 0x1044);
  dump.writeUInt32LE(facts.live ? liveDump : 0, 0x1050);
}

/** Fills in the header of a 32-bit dump, `DUMP_HEADER32`, of one run of memory from page 0. */
export function writeHeader32(dump: Buffer, facts: DumpFacts, type: DumpType): void {
  fillUnwritten(dump, headerSize32);
  dump.write("PAGEDUMP", 0, "latin1");
  dump.writeUInt32LE(0xf, 0x08);
  dump.writeUInt32LE(facts.build, 0x0c);
  dump.writeUInt32LE(0x185000, 0x10);
  dump.writeUInt32LE(0x8300_0000, 0x14);
  dump.writeUInt32LE(0x8287_6e30, 0x18);
  dump.writeUInt32LE(0x8286_f990, 0x1c);
  dump.writeUInt32LE(0x14c, 0x20);
  dump.writeUInt32LE(facts.processors, 0x24);
  dump.writeUInt32LE(facts.code, 0x28);
  facts.parameters.forEach((parameter, index) => dump.writeUInt32LE(Number(parameter), 0x2c + index * 4));
  dump.writeUInt8(1, 0x5c);
  const pages = (dump.length - headerSize32) / 4096;
  [1, pages, 0, pages].forEach((value, index) => dump.writeUInt32LE(value, 0x64 + index * 4));
  dump.fill(0, 0x820, 0x820 + 128);
  dump.writeUInt32LE(type, 0xf88);
  dump.writeUInt32LE(3, 0xf94);
  dump.writeUInt32LE(0x110, 0xf98);
  dump.writeBigUInt64LE(BigInt(dump.length), 0xfa0);
  dump.writeBigUInt64LE(upTime(facts), 0xfb8);
  dump.writeBigUInt64LE(dateToFileTime(facts.time), 0xfc0);
}

/** Fields that the crash driver leaves alone hold this text. */
function fillUnwritten(dump: Buffer, headerSize: number): void {
  dump.subarray(0, headerSize).fill("PAGE", "latin1");
}

function upTime({ upTimeSeconds }: DumpFacts): bigint {
  return BigInt(Math.round(upTimeSeconds * 10_000_000));
}
