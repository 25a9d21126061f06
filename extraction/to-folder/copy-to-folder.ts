import { mkdir, open, rename, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteSource } from "../../disk";
import { ExtractionError } from "../errors";
import type { Item } from "../items/item";
import { pieceCount, Pieces, pieceSize } from "../pieces";
import { hashHere, ThreadHash } from "../running-hash";
import { ResumeState } from "./resume-state";

/** How to copy into a folder. */
export interface FolderCopy {
  readonly overwrite: boolean;
  /** Whether the bytes come from this machine, as fast as they are hashed. */
  readonly isLocal: boolean;
  readonly signal: AbortSignal;
  /** Told the bytes of each piece that is in its place. */
  readonly onBytes: (bytes: number) => void;
  /** Told when an earlier copy goes on. */
  readonly onResume: () => void;
}

/** A file that was copied. */
export interface CopiedFile {
  readonly path: string;
  /** In hexadecimal, of the bytes from first to last. */
  readonly sha256: string;
}

/** Bytes of a file from which on a thread that hashes is worth its start. */
const worthThread = 64 * 1024 * 1024;

/** Zeros in pieces of this length are not written, so that the file is as sparse as its contents allow. */
const sparseSize = 64 * 1024;

const zeros = Buffer.alloc(sparseSize);

/**
 * Copies a file of the disk into a folder: several pieces at once, sparse, and whole or not at all. A copy that was
 * interrupted or killed goes on where it was; what is there of it is checked piece by piece.
 *
 * @throws ExtractionError when the file is there already, ReadError
 */
export async function copyToFolder(item: Item, folder: string, copy: FolderCopy): Promise<CopiedFile> {
  const target = join(folder, ...item.name.split("/"));
  if (!copy.overwrite && (await stat(target).catch(() => null))) {
    throw new ExtractionError(`${target} is there already. Name another folder, or give --overwrite.`);
  }
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  const state = await ResumeState.open(`${partial}.json`, item.identity, pieceSize, pieceCount(item.content));
  const file = await openPartial(partial, state);
  try {
    await file.truncate(item.content.size);
    if (state.isResumed) copy.onResume();
    const sha256 = await copyPieces(item.content, file, state, copy);
    await file.close();
    await rename(partial, target);
    await state.remove();
    return { path: target, sha256 };
  } catch (error) {
    await state.save();
    throw error;
  } finally {
    await file.close();
  }
}

async function openPartial(partial: string, state: ResumeState): Promise<FileHandle> {
  if (!state.isResumed) return open(partial, "w+");
  // Without the file its state is worth nothing: each piece is found wanting, and read again.
  return open(partial, "r+").catch(() => open(partial, "w+"));
}

async function copyPieces(
  content: ByteSource,
  file: FileHandle,
  state: ResumeState,
  copy: FolderCopy,
): Promise<string> {
  const hash = copy.isLocal && content.size >= worthThread ? new ThreadHash() : hashHere();
  const pieces = new Pieces(content, hash.behind);
  try {
    for await (const bytes of pieces.inOrder(copy.signal, (index) => putPiece(pieces, file, state, index))) {
      await hash.update(bytes);
      copy.onBytes(bytes.length);
    }
    return await hash.digest();
  } finally {
    await hash.close();
  }
}

/** Puts a piece in its place, unless it is there. */
async function putPiece(pieces: Pieces, file: FileHandle, state: ResumeState, index: number): Promise<Buffer> {
  const offset = pieces.offset(index);
  if (state.wasWritten(index)) {
    const there = pieces.room(index);
    const { bytesRead } = await file.read(there, 0, there.length, offset);
    if (bytesRead === there.length && state.isThere(index, there)) return there;
  }
  const bytes = await pieces.read(index);
  // A file that was there may hold anything, also where zeros belong.
  if (state.isResumed) await writeAll(file, bytes, offset);
  else await writeSparse(file, bytes, offset);
  await state.note(index, bytes);
  return bytes;
}

/** Writes what is not zero; neighbouring parts in one go. */
async function writeSparse(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let start = -1;
  for (let at = 0; at < bytes.length; at += sparseSize) {
    const part = bytes.subarray(at, at + sparseSize);
    const isZero = zeros.subarray(0, part.length).equals(part);
    if (!isZero && start < 0) start = at;
    if (!isZero || start < 0) continue;
    await writeAll(file, bytes.subarray(start, at), offset + start);
    start = -1;
  }
  if (start >= 0) await writeAll(file, bytes.subarray(start), offset + start);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}
