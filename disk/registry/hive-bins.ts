import type { ByteSource } from "../byte-source";
import { ByteView } from "../byte-view";
import { CorruptHiveError } from "../errors";
import { baseBlockSize } from "./base-block";

/** What an offset holds that points nowhere. */
export const noCell = 0xffff_ffff;

/** A cell never spans more than one bin, and no bin was seen near this size. */
const longestCell = 64 * 1024 * 1024;

const usualCell = 256;

const pageSize = 4096;

/** The cells of a hive, read one by one. */
export class HiveBins {
  constructor(private readonly bytes: ByteSource) {}

  /**
   * Reads a cell in use, without the size before it.
   *
   * @param offset from the first hive bin
   * @param what the cell's meaning, for error messages
   * @throws CorruptHiveError when there is none
   */
  async cell(offset: number, what: () => string): Promise<ByteView> {
    const start = baseBlockSize + offset;
    const left = this.bytes.size - start;
    if (offset === noCell || offset % 8 !== 0 || left < 8) {
      throw new CorruptHiveError(
        `${what()} should be at offset 0x${offset.toString(16)}, where no cell can be (${this.bytes.size - baseBlockSize} bytes of hive bins).`,
      );
    }
    // Most cells are short, and one read is cheaper than two; it ends with the page, so that nothing more is touched.
    const head = await this.bytes.read(start, Math.min(left, usualCell, pageSize - (start % pageSize)));
    const size = -new DataView(head.buffer, head.byteOffset, 4).getInt32(0, true);
    if (size < 8 || size > left || size > longestCell)
      throw new CorruptHiveError(problemOf(what(), offset, size, left));
    const content = size <= head.length ? head.subarray(4, size) : await this.bytes.read(start + 4, size - 4);
    return new ByteView(content, () => `${what()} at 0x${offset.toString(16)}`, CorruptHiveError);
  }
}

function problemOf(what: string, offset: number, size: number, left: number): string {
  const cell = `${what} at offset 0x${offset.toString(16)} is a cell`;
  return size <= 0 ? `${cell} that is not in use.` : `${cell} of ${size} bytes, and ${left} are left in the hive.`;
}
