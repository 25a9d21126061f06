import { OutOfRangeError } from "../errors";

/**
 * Checks that a range lies wholly inside a source.
 *
 * @throws OutOfRangeError
 */
export function checkRange(size: number, offset: number, length: number): void {
  if (!isSize(offset) || !isSize(length)) {
    throw new OutOfRangeError(
      `A read of ${length} bytes at ${offset} is no range: both must be whole and from 0 to 2^53 - 1.`,
    );
  }
  if (offset + length > size) {
    throw new OutOfRangeError(
      `A read of ${length} bytes at ${offset} reaches past the end: the source has ${size} bytes. Is it cut off?`,
    );
  }
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
