import type { DiskError } from "./errors";

/** Makes the error that a view throws; the message says what was read and where it ended. */
export type Failure = new (message: string) => DiskError;

/**
 * Little-endian fields of a structure, every access checked against its end.
 *
 * A structure read from a damaged disk may hold any offset; without the check a wrong one would surface as a
 * RangeError or as bytes of the neighbour.
 */
export class ByteView {
  private readonly view: DataView;

  /**
   * @param bytes the structure
   * @param name of the structure for error messages, such as "File record 5"; a function where making it up costs
   * @param failure class of error to throw
   */
  constructor(
    readonly bytes: Uint8Array,
    private readonly name: string | (() => string),
    private readonly failure: Failure,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Name of the structure for error messages. */
  get what(): string {
    return typeof this.name === "string" ? this.name : this.name();
  }

  get size(): number {
    return this.bytes.length;
  }

  u8(offset: number): number {
    return this.view.getUint8(this.check(offset, 1));
  }

  i8(offset: number): number {
    return this.view.getInt8(this.check(offset, 1));
  }

  u16(offset: number): number {
    return this.view.getUint16(this.check(offset, 2), true);
  }

  u32(offset: number): number {
    return this.view.getUint32(this.check(offset, 4), true);
  }

  /** A 64-bit number as it is, for addresses and times. */
  big(offset: number): bigint {
    return this.view.getBigUint64(this.check(offset, 8), true);
  }

  /** A 64-bit number that is an offset or a size; one above 2^53 - 1 is refused, not rounded. */
  u64(offset: number): number {
    const value = this.big(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      this.fail(`holds the size or offset 0x${value.toString(16)} at ${offset}, more than any disk has`);
    }
    return Number(value);
  }

  /** A part of the structure, not copied. */
  slice(offset: number, length: number): Uint8Array {
    this.check(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  /** A part of the structure as a view of its own. */
  part(offset: number, length: number, what = this.name): ByteView {
    return new ByteView(this.slice(offset, length), what, this.failure);
  }

  /** `length` bytes of UTF-16LE; unpaired surrogates stay as they are. */
  utf16(offset: number, length: number): string {
    return decodeUtf16(this.slice(offset, length));
  }

  /** `length` bytes, each one a code point from 0 to 255. */
  latin1(offset: number, length: number): string {
    return Buffer.from(this.slice(offset, length)).toString("latin1");
  }

  /** Throws the view's error, the message begun with the name of the structure. */
  fail(problem: string): never {
    throw new this.failure(`${this.what} ${problem}`);
  }

  private check(offset: number, length: number): number {
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > this.bytes.length) {
      this.fail(`is ${this.bytes.length} bytes long, and a field of ${length} bytes should be at ${offset}`);
    }
    return offset;
  }
}

/** UTF-16LE text of any bytes; a trailing odd byte is dropped. */
export function decodeUtf16(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~1).toString("utf16le");
}
