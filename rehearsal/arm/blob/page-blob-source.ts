import type { PageBlobClient } from "@azure/storage-blob";
import type { ByteSource } from "../../../disk";
import { OutOfRangeError, ReadError } from "../../../disk";

/** The first `size` bytes of a page blob: a disk without its VHD footer. Each read is one range request. */
export class PageBlobSource implements ByteSource {
  constructor(
    private readonly blob: PageBlobClient,
    readonly size: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      offset + length > this.size
    ) {
      throw new OutOfRangeError(`Cannot read ${length} bytes at ${offset}: the disk has ${this.size} bytes.`);
    }
    if (length === 0) {
      return new Uint8Array(0);
    }
    try {
      return await this.blob.downloadToBuffer(offset, length, { blockSize: 4 * 1024 * 1024, concurrency: 4 });
    } catch (cause) {
      throw new ReadError(`Cannot read ${length} bytes at ${offset} of the disk's page blob.`, { cause });
    }
  }
}
