import { open, type FileHandle } from "node:fs/promises";
import type { ByteSource } from "../byte-source";
import { ReadError } from "../errors";
import { checkRange } from "./range";

/**
 * Opens a file for reading; nothing is ever written to it. Close it when done.
 *
 * @throws ReadError when it does not exist, is no file, or may not be read
 */
export async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    throw new ReadError(`Cannot open ${path}: ${reasonOf(cause)}`, { cause });
  });
  try {
    const size = await sizeOf(path, handle);
    return new FileSource(path, handle, size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function sizeOf(path: string, handle: FileHandle): Promise<number> {
  const status = await handle.stat();
  if (status.isDirectory()) {
    throw new ReadError(`Cannot read ${path}: it is a folder. Name a disk image file.`);
  }
  if (!status.isFile() && !status.isBlockDevice()) {
    throw new ReadError(`Cannot read ${path}: it is neither a file nor a block device.`);
  }
  // A block device says 0; its size would have to be asked for in a way that Node does not offer.
  if (status.isBlockDevice()) {
    throw new ReadError(`Cannot read ${path}: it is a block device. Copy it into a file first.`);
  }
  return status.size;
}

class FileSource implements ByteSource {
  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    const bytes = Buffer.allocUnsafe(length);
    await this.readInto(offset, bytes);
    return bytes;
  }

  async readInto(offset: number, bytes: Uint8Array): Promise<void> {
    const { length } = bytes;
    checkRange(this.size, offset, length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.handle
        .read(bytes, done, length - done, offset + done)
        .catch((cause: unknown) => {
          throw new ReadError(`Cannot read ${length} bytes at ${offset} of ${this.path}: ${reasonOf(cause)}`, {
            cause,
          });
        });
      if (bytesRead === 0) {
        throw new ReadError(`${this.path} became shorter while it was read: it had ${this.size} bytes at first.`);
      }
      done += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOENT: "no such file",
    EACCES: "you may not read it",
    EISDIR: "it is a folder",
  };
  return (code && known[code]) ?? (cause instanceof Error ? cause.message : String(cause));
}
