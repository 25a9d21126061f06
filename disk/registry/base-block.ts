import { ByteView } from "../byte-view";
import { NotAHiveError } from "../errors";

/** Length of the base block, and file offset of the first hive bin. */
export const baseBlockSize = 4096;

/** The first block of a hive, or of one of its transaction logs. */
export interface BaseBlock {
  readonly primarySequence: number;
  readonly secondarySequence: number;
  /** Last write as FILETIME; 0 when not kept. */
  readonly lastWritten: bigint;
  /** Version, such as "1.5". */
  readonly version: string;
  /** 0 for a hive; 1 or 2 for an old log, 6 for a new one. */
  readonly fileType: number;
  /** Offset of the root key's cell from the first hive bin. */
  readonly rootCell: number;
  /** Bytes of all hive bins. */
  readonly binsSize: number;
  /** End of the path of the hive file. */
  readonly fileName: string;
  readonly checksumValid: boolean;
}

/**
 * Reads the base block of a hive or log.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov), "Base block".
 *
 * @throws NotAHiveError
 */
export function readBaseBlock(bytes: Uint8Array): BaseBlock {
  const view = new ByteView(bytes, "The base block", NotAHiveError);
  const signature = view.latin1(0, 4);
  if (signature !== "regf") {
    throw new NotAHiveError(
      `The file is no registry hive: it begins with ${JSON.stringify(signature)} instead of "regf".`,
    );
  }
  return {
    primarySequence: view.u32(4),
    secondarySequence: view.u32(8),
    lastWritten: view.big(12),
    version: `${view.u32(20)}.${view.u32(24)}`,
    fileType: view.u32(28),
    rootCell: view.u32(36),
    binsSize: view.u32(40),
    fileName: view.utf16(48, 64).split("\0", 1)[0] ?? "",
    checksumValid: baseBlockChecksum(bytes) === view.u32(508),
  };
}

/** XOR of the 127 numbers before the checksum; 0 and -1 are replaced by 1 and -2. */
export function baseBlockChecksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 508);
  let sum = 0;
  for (let offset = 0; offset < 508; offset += 4) sum ^= view.getUint32(offset, true);
  sum >>>= 0;
  if (sum === 0xffff_ffff) return 0xffff_fffe;
  return sum === 0 ? 1 : sum;
}

/** Whether a hive was being written when the machine stopped, so that its logs hold what it lacks. */
export function isDirty(block: BaseBlock): boolean {
  return !block.checksumValid || block.primarySequence !== block.secondarySequence;
}
