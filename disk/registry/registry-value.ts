import { decodeUtf16, type ByteView } from "../byte-view";
import { CorruptHiveError, RegistryTypeError } from "../errors";
import { noCell, type HiveBins } from "./hive-bins";

/** Types of values that Windows defines. Source: "Registry Value Types" (Microsoft Learn). */
export const RegistryType = {
  none: 0,
  string: 1,
  expandString: 2,
  binary: 3,
  dword: 4,
  dwordBigEndian: 5,
  link: 6,
  multiString: 7,
  qword: 11,
} as const;

/** Data longer than this is split over segments since version 1.4 of the format. */
const segmentSize = 16_344;

/** Windows limits a value to 1 MiB in the usual case; 64 MiB leaves room for odd ones and none for a wrong byte. */
const longestData = 64 * 1024 * 1024;

/** A value of a registry key. */
export class RegistryValue {
  constructor(
    /** Name; empty for the default value. */
    readonly name: string,
    /** Type as stored, usually one of `RegistryType`. */
    readonly type: number,
    readonly data: Uint8Array,
  ) {}

  /**
   * The number of a DWORD or QWORD.
   *
   * @throws RegistryTypeError for another type, a length that does not fit, or a QWORD above 2^53 - 1
   */
  asNumber(): number {
    const data = Buffer.from(this.data.buffer, this.data.byteOffset, this.data.byteLength);
    if (this.type === RegistryType.dword && data.length >= 4) return data.readUInt32LE(0);
    if (this.type === RegistryType.dwordBigEndian && data.length >= 4) return data.readUInt32BE(0);
    if (this.type === RegistryType.qword && data.length >= 8) {
      const value = data.readBigUInt64LE(0);
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    }
    throw this.mismatch("a number");
  }

  /**
   * The text of a string, up to its first NUL.
   *
   * @throws RegistryTypeError
   */
  asString(): string {
    const isText =
      this.type === RegistryType.string || this.type === RegistryType.expandString || this.type === RegistryType.link;
    if (!isText) throw this.mismatch("a string");
    return decodeUtf16(this.data).split("\0", 1)[0] ?? "";
  }

  /**
   * The texts of a multi-string without empty ones; a plain string counts as one text.
   *
   * @throws RegistryTypeError
   */
  asStrings(): string[] {
    if (this.type !== RegistryType.multiString) return [this.asString()];
    return decodeUtf16(this.data)
      .split("\0")
      .filter((one) => one !== "");
  }

  private mismatch(wanted: string): RegistryTypeError {
    return new RegistryTypeError(
      `Registry value ${JSON.stringify(this.name)} is not ${wanted}: it has type ${this.type} and ${this.data.length} bytes.`,
    );
  }
}

/** A value whose data is not read yet. */
export interface ValueCell {
  readonly name: string;
  readonly type: number;
  /** Reads the data. */
  read(): Promise<RegistryValue>;
}

/**
 * Reads a "vk" cell.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov), "Key value" and "Big data".
 *
 * @throws CorruptHiveError
 */
export async function readValueCell(bins: HiveBins, offset: number, keyPath: string): Promise<ValueCell> {
  const cell = await bins.cell(offset, () => `A value of key ${keyPath}`);
  if (cell.latin1(0, 2) !== "vk") cell.fail('does not begin with "vk"');
  const nameLength = cell.u16(2);
  const name = (cell.u16(16) & 1) !== 0 ? cell.latin1(20, nameLength) : cell.utf16(20, nameLength);
  const type = cell.u32(12);
  const what = (): string => `Value ${JSON.stringify(name)} of key ${keyPath}`;
  return { name, type, read: async () => new RegistryValue(name, type, await readData(bins, cell, what)) };
}

async function readData(bins: HiveBins, cell: ByteView, what: () => string): Promise<Uint8Array> {
  const sizeField = cell.u32(4);
  const size = sizeField % 0x8000_0000;
  if (sizeField >= 0x8000_0000) {
    if (size > 4) cell.fail(`holds ${size} bytes in a field of 4`);
    return cell.slice(8, size);
  }
  if (size === 0) return new Uint8Array(0);
  if (size > longestData) cell.fail(`says that its data has ${size} bytes`);
  const offset = cell.u32(8);
  if (offset === noCell) cell.fail(`has ${size} bytes of data nowhere`);
  const data = await bins.cell(offset, () => `${what()}: data`);
  if (size > segmentSize && data.latin1(0, 2) === "db" && data.size < size) return readSegments(bins, data, size, what);
  return data.slice(0, size);
}

/** Joins big data: a "db" cell points to a list of segments, each but the last full. */
async function readSegments(bins: HiveBins, big: ByteView, size: number, what: () => string): Promise<Uint8Array> {
  const count = big.u16(2);
  if (count !== Math.ceil(size / segmentSize)) big.fail(`has ${count} segments for ${size} bytes`);
  const list = await bins.cell(big.u32(4), () => `${what()}: list of segments`);
  const bytes = new Uint8Array(size);
  for (let index = 0; index < count; index++) {
    const segment = await bins.cell(list.u32(index * 4), () => `${what()}: segment ${index}`);
    const at = index * segmentSize;
    bytes.set(segment.slice(0, Math.min(segmentSize, size - at)), at);
  }
  return bytes;
}

/** Refuses a list of values that is longer than any key's: a damaged count. */
export function refuseLongList(count: number, what: () => string): void {
  if (count > 1_000_000) throw new CorruptHiveError(`${what()} should have ${count} entries.`);
}
