import { numbers } from "./dump-writer";
import { headerSize64, writeHeader64, type DumpFacts } from "./dump-header-writer";

const size = 0x6000;

/** Ends a small dump that was written to its end: "TRGD". */
const validMark = 0x4447_5254;

/**
 * Writes a small memory dump, DumpType 4, as Windows Server 2016 to 2022 make it: the header, the triage header, stack
 * and names of drivers, without secondary data. Its header asks for more than the file has, as real ones do.
 *
 * Layout: TRIAGE_DUMP64 of the Windows debugger's ntiodump.h.
 */
export function writeMinidump(facts: DumpFacts): Buffer {
  const dump = Buffer.alloc(size);
  writeHeader64(dump, facts, 4);
  dump.writeBigUInt64LE(0x4_0000n, 0xfa0);
  dump.writeUInt32LE(size, headerSize64 + 4);
  dump.writeUInt32LE(size - 4, headerSize64 + 8);
  const next = numbers(facts.code);
  for (let at = headerSize64 + 0x200; at < headerSize64 + 0x1200; at += 8) {
    dump.writeBigUInt64LE(0xffff_f806_0000_0000n + BigInt(next() & 0x00ff_fff0), at);
  }
  dump.write("ntoskrnl.exe\0hal.dll\0kdcom.dll\0storvsc.sys\0", headerSize64 + 0x1200, "utf16le");
  dump.writeUInt32LE(validMark, size - 4);
  return dump;
}
