import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

/** Zeros in pieces of this length are left out of the file, which keeps it as sparse as the disk is. */
const pieceSize = 64 * 1024;

const zeros = Buffer.alloc(pieceSize);

/**
 * Unpacks a disk that was packed with brotli into a sparse file, in place of one that is there.
 */
export async function unpackDisk(packed: string, to: string): Promise<void> {
  const file = await open(to, "w");
  try {
    let size = 0;
    await pipeline(createReadStream(packed), createBrotliDecompress({ chunkSize: 1024 * 1024 }), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        await writeData(file, chunk, size);
        size += chunk.length;
      }
    });
    await file.truncate(size);
  } finally {
    await file.close();
  }
}

async function writeData(file: FileHandle, chunk: Buffer, offset: number): Promise<void> {
  for (let at = 0; at < chunk.length; at += pieceSize) {
    const piece = chunk.subarray(at, at + pieceSize);
    if (!piece.equals(zeros.subarray(0, piece.length))) await file.write(piece, 0, piece.length, offset + at);
  }
}
