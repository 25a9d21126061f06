import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import MemoryExtentStore, { type ExtentChunk } from "azurite/dist/src/common/persistence/MemoryExtentStore";

const READ_SIZE = 1024 * 1024;

/**
 * Azurite's in-memory store of bytes, to which read-only files can be added as further extents.
 *
 * With it a page blob is made of a disk file without reading the file: a disk of 127 GiB costs neither time nor memory.
 */
export class BackedExtentStore extends MemoryExtentStore {
  private readonly files = new Map<string, FileHandle>();

  /** Makes the bytes of `file` readable under the extent id `id`. The store never closes the file. */
  addFile(id: string, file: FileHandle): void {
    this.files.set(id, file);
  }

  /** Fills a buffer with the bytes of an extent. */
  async readInto(chunk: ExtentChunk, target: Buffer): Promise<void> {
    const file = this.files.get(chunk.id);
    if (file !== undefined) {
      await readFully(file, chunk.offset, target);
      return;
    }
    let done = 0;
    for await (const piece of await super.readExtent(chunk)) {
      done += (piece as Buffer).copy(target, done);
    }
  }

  override async readExtent(chunk: ExtentChunk | undefined, contextId?: string): Promise<Readable> {
    const file = chunk === undefined ? undefined : this.files.get(chunk.id);
    return chunk === undefined || file === undefined
      ? super.readExtent(chunk, contextId)
      : Readable.from(readRange(file, chunk.offset, chunk.count), { objectMode: false });
  }
}

async function* readRange(file: FileHandle, offset: number, count: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < count;) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, count - done));
    await readFully(file, offset + done, buffer);
    yield buffer;
    done += buffer.length;
  }
}

async function readFully(file: FileHandle, offset: number, target: Buffer): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, target.length - done, offset + done);
    if (bytesRead === 0) {
      throw new Error(`The disk file ends at byte ${offset + done}; it was longer when the simulated Azure started.`);
    }
    done += bytesRead;
  }
}
