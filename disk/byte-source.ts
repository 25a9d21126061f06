/**
 * A fixed run of bytes that can be read at any offset: a file, an HTTP blob, a partition of another source.
 *
 * Everything in `disk` reads through this interface, so a disk of 127 GiB behind a URL and a 64 MiB sample in memory
 * are the same to it.
 */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;

  /**
   * Reads exactly `length` bytes from `offset`.
   *
   * @throws OutOfRangeError when the range is not wholly inside the source
   * @throws ReadError when the bytes cannot be had
   */
  read(offset: number, length: number): Promise<Uint8Array>;

  /**
   * Reads as many bytes as `target` has into it; what it holds when the read fails is not said. A source may lack this:
   * `readInto` (disk/sources/read-into.ts) does it for any.
   */
  readInto?(offset: number, target: Uint8Array): Promise<void>;

  /** Gives back what the source holds open, a file handle for instance. */
  close?(): Promise<void>;
}
