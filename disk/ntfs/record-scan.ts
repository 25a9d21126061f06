import { CorruptNtfsError, OutOfRangeError } from "../errors";
import { AttributeType } from "./attribute";
import { readFileName, type FileName } from "./file-name";
import type { Mft } from "./mft";
import { readRecord } from "./record";

/** A name that a file record carries. */
export interface ScannedName extends FileName {
  /** Number of the file's base record. */
  readonly record: number;
}

/** Bytes of $MFT in one read. */
const pieceSize = 4 * 1024 * 1024;

/** Reads under way at once. */
const inFlight = 4;

/**
 * Goes through all of $MFT and answers the names that its records in use carry: the second opinion where the index of a
 * folder is damaged. It reads all of $MFT, about 1 KiB a file.
 *
 * Damaged records are left out.
 */
export async function* scanNames(mft: Mft): AsyncGenerator<ScannedName> {
  const source = await mft.wholeTable();
  const { recordSize } = mft.boot;
  const pieces: Promise<Uint8Array>[] = [];
  let next = 0;
  for (let number = 0; ;) {
    for (; pieces.length < inFlight && next < source.size; next += pieceSize) {
      const piece = source.read(next, Math.min(pieceSize, source.size - next));
      // Seen when it is its turn; until then it must not end the process.
      piece.catch(() => undefined);
      pieces.push(piece);
    }
    const bytes = await pieces.shift();
    if (!bytes) return;
    for (let at = 0; at + recordSize <= bytes.length; at += recordSize, number++) {
      yield* namesOf(bytes.subarray(at, at + recordSize), number);
    }
  }
}

function namesOf(raw: Uint8Array, number: number): ScannedName[] {
  try {
    const record = readRecord(raw, number);
    if (!record.inUse) return [];
    return record.attributes
      .filter((attribute) => attribute.type === AttributeType.fileName)
      .flatMap((attribute) =>
        attribute.resident ? [{ ...readFileName(attribute.value), record: record.base ?? number }] : [],
      );
  } catch (error) {
    if (error instanceof CorruptNtfsError || error instanceof OutOfRangeError) return [];
    throw error;
  }
}
