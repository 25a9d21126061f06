import { headerSize32, headerSize64, writeHeader32, writeHeader64, type DumpFacts } from "./dump-header-writer";

/** What a dump with memory in it is made from. */
export interface MemoryDumpFacts extends DumpFacts {
  /** Pages of memory that the dump holds. */
  readonly pages: number;
  /** Text to be found in the dumped memory, as the first parameter points to it. */
  readonly message: string;
}

const pageSize = 4096;

/**
 * Writes a kernel memory dump of DumpType 6 (bitmap), which Windows Server 2016 and newer make for "automatic" and
 * "kernel": the header, the summary header with the bitmap of the pages, and the pages.
 *
 * Memory is made up: pages of zeros, of pointers and of text, so that it packs like real memory does.
 * Layout: the structures DUMP_HEADER64 and the summary header of the Windows debugger.
 */
export function writeDump(facts: MemoryDumpFacts): Buffer {
  const bitmapBytes = Math.ceil((facts.pages * 2) / 64) * 8;
  const firstPage = Math.ceil((headerSize64 + 0x38 + bitmapBytes) / pageSize) * pageSize;
  const dump = Buffer.alloc(firstPage + facts.pages * pageSize);
  writeHeader64(dump, facts, 6);
  writeSummary(dump, firstPage, facts.pages, bitmapBytes);
  writePages(dump.subarray(firstPage), facts);
  return dump;
}

/** Writes a complete dump of a 32-bit Windows, DumpType 1: the header, and the memory as it was. */
export function writeDump32(facts: MemoryDumpFacts): Buffer {
  const dump = Buffer.alloc(headerSize32 + facts.pages * pageSize);
  writeHeader32(dump, facts, 1);
  writePages(dump.subarray(headerSize32), facts);
  return dump;
}

function writeSummary(dump: Buffer, firstPage: number, pages: number, bitmapBytes: number): void {
  dump.write("SDMPDUMP", headerSize64, "latin1");
  dump.writeBigUInt64LE(BigInt(firstPage), headerSize64 + 0x20);
  dump.writeBigUInt64LE(BigInt(pages), headerSize64 + 0x28);
  dump.writeBigUInt64LE(BigInt(bitmapBytes * 8), headerSize64 + 0x30);
  const bitmap = dump.subarray(headerSize64 + 0x38, headerSize64 + 0x38 + bitmapBytes);
  // Every second page frame is in the dump.
  for (let page = 0; page < pages; page++) {
    const frame = page * 2;
    bitmap[frame >> 3] = (bitmap[frame >> 3] ?? 0) | (1 << (frame & 7));
  }
}

function writePages(memory: Buffer, facts: MemoryDumpFacts): void {
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
