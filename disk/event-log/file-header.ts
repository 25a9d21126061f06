import { crc32 } from "node:zlib";
import { ByteView } from "../byte-view";
import { CorruptEventLogError, NotAnEventLogError } from "../errors";

/** The first 128 bytes of an event log. */
export interface FileHeader {
  /** Number of the chunk that was written last when the header was: stale while the log is open, so after every crash. */
  readonly lastChunk: number;
  /** Bytes before the first chunk. */
  readonly blockSize: number;
  /** True when the log was not closed. */
  readonly dirty: boolean;
  readonly checksumValid: boolean;
}

/** Bytes of the header that mean something. */
export const fileHeaderSize = 128;

const signature = "ElfFile\0";

/**
 * Reads the header of an event log.
 *
 * Source: "Windows XML Event Log (EVTX) format" (Joachim Metz, libevtx), section "File header".
 *
 * @throws NotAnEventLogError when it begins with other bytes
 * @throws CorruptEventLogError
 */
export function readFileHeader(bytes: Uint8Array): FileHeader {
  const view = new ByteView(bytes, "The header of the event log", CorruptEventLogError);
  const start = view.latin1(0, signature.length);
  if (start !== signature) {
    throw new NotAnEventLogError(
      `The file is no event log: it begins with ${JSON.stringify(start)} instead of ${JSON.stringify(signature)}.`,
    );
  }
  const blockSize = view.u16(40);
  if (blockSize < fileHeaderSize) view.fail(`says that it has ${blockSize} bytes; ${fileHeaderSize} are the least`);
  return {
    lastChunk: Number(view.big(16)),
    blockSize,
    dirty: (view.u32(120) & 1) !== 0,
    checksumValid: view.u32(124) === crc32(view.slice(0, 120)),
  };
}
