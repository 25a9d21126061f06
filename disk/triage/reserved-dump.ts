import type { DumpHeader } from "../crash-dump/dump-header";
import type { NtfsFile } from "../ntfs/ntfs-file";
import type { FoundDump } from "./dump-choice";
import type { Place } from "./dump-places";
import { sentences } from "./sentences";

/**
 * A dump in a file that Windows keeps ready for it, a page file or the dedicated dump file. The dump begins where the file
 * does and is as long as its header says; Windows takes it out by cutting the file there (KB 886429). All of it is there
 * when the file has room for it; where the file ends says nothing.
 */
export function reservedDump(place: Place, file: NtfsFile, header: DumpHeader): FoundDump {
  const required = header.requiredSize;
  const headerSize = header.bits === 64 ? 0x2000 : 0x1000;
  const found = { place, file, size: file.size };
  if (required === null || required < headerSize) {
    return { ...found, header: { ...header, complete: null }, problem: sentences.reservedUnsure };
  }
  if (required > file.size) {
    return { ...found, header: { ...header, complete: false }, problem: sentences.reservedShort(required, file.size) };
  }
  return { ...found, header: { ...header, complete: true }, size: required, problem: null };
}
