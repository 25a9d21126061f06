import type { FileHandle } from "node:fs/promises";
import type { BackedRange } from "./azurite";

/** Granularity of the map of zeros, in bytes. */
const GRAIN = 64 * 1024;
const READ_SIZE = 4 * 1024 * 1024;

/** Files up to this size are searched for zeros; a larger one would delay the start by seconds. */
const LONGEST_SEARCH = 1024 * 1024 * 1024;

/**
 * The ranges of a disk file that are not zeros, in grains of 64 KiB: what Get Page Ranges shows of the page blob.
 * A file of more than 1 GiB is one range, which is true as well: a written page may hold zeros.
 */
export async function dataRanges(file: FileHandle, size: number): Promise<BackedRange[]> {
  if (size > LONGEST_SEARCH) {
    return [{ start: 0, length: size }];
  }
  const ranges: { start: number; length: number }[] = [];
  const buffer = Buffer.allocUnsafe(READ_SIZE);
  for (let offset = 0; offset < size; offset += READ_SIZE) {
    const length = Math.min(READ_SIZE, size - offset);
    await file.read(buffer, 0, length, offset);
    for (let grain = 0; grain < length; grain += GRAIN) {
      const end = Math.min(grain + GRAIN, length);
      if (isZero(buffer, grain, end)) {
        continue;
      }
      const last = ranges.at(-1);
      if (last && last.start + last.length === offset + grain) {
        last.length += end - grain;
      } else {
        ranges.push({ start: offset + grain, length: end - grain });
      }
    }
  }
  return ranges;
}

const ZEROS = Buffer.alloc(GRAIN);

function isZero(buffer: Buffer, start: number, end: number): boolean {
  return buffer.compare(ZEROS, 0, end - start, start, end) === 0;
}
