import { OutOfRangeError, ReadError, type ByteSource } from "../../../disk";
import type { Azurite, PageBlobName } from "./azurite";

/** The first `size` bytes of a page blob: a disk without its VHD footer. */
export class PageBlobSource implements ByteSource {
  constructor(
    private readonly azurite: Azurite,
    private readonly blob: PageBlobName,
    readonly size: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (!inside || offset + length > this.size) {
      throw new OutOfRangeError(`Cannot read ${length} bytes at ${offset}: the disk has ${this.size} bytes.`);
    }
    try {
      return await this.azurite.readPageBlob(this.blob, offset, length);
    } catch (cause) {
      throw new ReadError(`Cannot read ${length} bytes at ${offset} of the disk's page blob.`, { cause });
    }
  }
}
