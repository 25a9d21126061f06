import { CorruptNtfsError } from "../errors";
import { AttributeType } from "./attribute";
import type { Mft } from "./mft";
import { openStream } from "./stream";

const upCaseRecord = 10;

/**
 * The upper case of names, as a volume's own table $UpCase says. It is read only when a character above ASCII decides,
 * because it costs 128 KiB.
 */
export class UpCase {
  private table: Uint16Array | null = null;

  constructor(private readonly mft: Mft) {}

  /**
   * Compares names as NTFS orders them: by UTF-16 code units in upper case, the shorter of two with the same
   * beginning first.
   *
   * @returns below 0, 0 or above 0
   */
  async compare(one: string, other: string): Promise<number> {
    const known = this.compareIfKnown(one, other);
    if (known !== null) return known;
    this.table = await readUpCase(this.mft);
    return this.compareIfKnown(one, other) ?? 0;
  }

  /** The same without reading $UpCase: null when it would be needed and is not there yet. */
  compareIfKnown(one: string, other: string): number | null {
    const shorter = Math.min(one.length, other.length);
    for (let index = 0; index < shorter; index++) {
      const a = one.charCodeAt(index);
      const b = other.charCodeAt(index);
      if (a === b) continue;
      if ((a > 0x7f || b > 0x7f) && !this.table) return null;
      const difference = this.upper(a) - this.upper(b);
      if (difference !== 0) return difference;
    }
    return one.length - other.length;
  }

  private upper(unit: number): number {
    if (unit <= 0x7f) return unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
    return this.table?.[unit] ?? unit;
  }
}

/** One upper-case code unit for each of the 65,536. */
async function readUpCase(mft: Mft): Promise<Uint16Array> {
  const record = await mft.record(upCaseRecord);
  const source = openStream(mft, await mft.attributes(record, AttributeType.data, ""), "$UpCase");
  if (source.size !== 131_072) throw new CorruptNtfsError(`$UpCase has ${source.size} bytes instead of 131,072.`);
  const bytes = Buffer.from(await source.read(0, source.size));
  return Uint16Array.from({ length: 65_536 }, (_, index) => bytes.readUInt16LE(index * 2));
}
