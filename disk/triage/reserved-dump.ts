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
  const required = requiredSizeOf(header);
  const found = { place, file, size: reservedSize(header, file.size) };
  if (required === null) {
    return { ...found, header: { ...header, complete: null }, problem: sentences.reservedUnsure };
  }
  if (required > file.size) {
    return { ...found, header: { ...header, complete: false }, problem: sentences.reservedShort(required, file.size) };
  }
  return { ...found, header: { ...header, complete: true }, problem: null };
}

/**
 * Bytes of a file that Windows keeps ready for a dump which are of the dump: as many as its header says. All of the file
 * when the dump is not all there, or when the header does not say, or says fewer bytes than it has itself.
 *
 * @param fileSize bytes of the file
 */
export function reservedSize(header: Pick<DumpHeader, "bits" | "requiredSize">, fileSize: number): number {
  return Math.min(fileSize, requiredSizeOf(header) ?? fileSize);
}

/** Bytes of the dump by its header; null when it does not say, or says fewer than it has itself. */
function requiredSizeOf({ bits, requiredSize }: Pick<DumpHeader, "bits" | "requiredSize">): number | null {
  const headerSize = bits === 64 ? 0x2000 : 0x1000;
  return requiredSize !== null && requiredSize >= headerSize ? requiredSize : null;
}
