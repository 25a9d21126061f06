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
  /** Pages of memory that the dump holds. */
  readonly pages: number;
  /** Text to be found in the dumped memory, as the first parameter points to it. */
  readonly message: string;
}

const pageSize = 4096;
const headerSize = 0x2000;

/**
 * Writes a kernel memory dump of DumpType 6 (bitmap), which Windows Server 2016 and newer make for "automatic" and
 * "kernel": the header, the summary header with the bitmap of the pages, and the pages.
 *
 * Memory is made up: pages of zeros, of pointers and of text, so that it packs like real memory does.
 * Layout: the structures DUMP_HEADER64 and the summary header of the Windows debugger.
 */
export function writeDump(facts: DumpFacts): Buffer {
  const bitmapBytes = Math.ceil((facts.pages * 2) / 64) * 8;
  const firstPage = Math.ceil((headerSize + 0x38 + bitmapBytes) / pageSize) * pageSize;
  const dump = Buffer.alloc(firstPage + facts.pages * pageSize);
  // Fields that the crash driver leaves alone hold this text.
  dump.subarray(0, headerSize).fill("PAGE", "latin1");
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
  dump.writeUInt32LE(6, 0xf98);
  dump.writeBigUInt64LE(BigInt(dump.length), 0xfa0);
  dump.writeBigUInt64LE(dateToFileTime(facts.time), 0xfa8);
  dump.fill(0, 0xfb0, 0xfb0 + 128);
  dump.writeBigUInt64LE(BigInt(Math.round(facts.upTimeSeconds * 10_000_000)), 0x1030);
  dump.writeUInt32LE(3, 0x1040);
  dump.writeUInt32LE(0x110, 0x1044);
  dump.writeUInt32LE(0, 0x1050);
  writeSummary(dump, firstPage, facts.pages, bitmapBytes);
  writePages(dump.subarray(firstPage), facts);
  return dump;
}

function writeSummary(dump: Buffer, firstPage: number, pages: number, bitmapBytes: number): void {
  dump.write("SDMPDUMP", headerSize, "latin1");
  dump.writeBigUInt64LE(BigInt(firstPage), headerSize + 0x20);
  dump.writeBigUInt64LE(BigInt(pages), headerSize + 0x28);
  dump.writeBigUInt64LE(BigInt(bitmapBytes * 8), headerSize + 0x30);
  const bitmap = dump.subarray(headerSize + 0x38, headerSize + 0x38 + bitmapBytes);
  // Every second page frame is in the dump.
  for (let page = 0; page < pages; page++) {
    const frame = page * 2;
    bitmap[frame >> 3] = (bitmap[frame >> 3] ?? 0) | (1 << (frame & 7));
  }
}

function writePages(memory: Buffer, facts: DumpFacts): void {
  const next = numbers(facts.code);
  for (let page = 0; page < facts.pages; page++) {
    const bytes = memory.subarray(page * pageSize, (page + 1) * pageSize);
    if (page % 8 < 3) continue;
    if (page % 8 < 7) writePointers(bytes, next);
    else bytes.fill(Buffer.from(`\\Device\\HarddiskVolume4\\Windows\\System32\\page-${page} `, "utf16le"));
  }
  memory.write(facts.message, pageSize * 3 + 0x70, "utf16le");
}

/** Pointers into the kernel, in a rhythm with a few odd ones: what structures in memory look like. */
function writePointers(bytes: Buffer, next: () => number): void {
  const base = 0xffff_f806_0000_0000n + BigInt(next() & 0x00ff_fff0);
  for (let at = 0; at < bytes.length; at += 8) {
    const step = at % 512 === 0 ? BigInt(next() & 0xfff0) : BigInt(at);
    bytes.writeBigUInt64LE(base + step, at);
  }
}

/** Numbers that look random and are the same in every run (xorshift). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
