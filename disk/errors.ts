/**
 * The base of every error that `disk` throws. A caller that catches it has caught whatever a damaged, encrypted or
 * unreachable disk can do; anything else is a defect of the kit.
 */
export abstract class DiskError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A read reached past the end of a source, or an offset or length was no whole number from 0 to 2^53 - 1. */
export class OutOfRangeError extends DiskError {}

/** The bytes could not be had: the file cannot be opened or read, the server does not answer. */
export class ReadError extends DiskError {}

/** The source was said to be a VHD, and has no valid VHD footer in its last 512 bytes. */
export class NotAVhdError extends DiskError {}

/** The source ends before the disk or volume that its own structures describe. */
export class TruncatedDiskError extends DiskError {}

/** The disk is in a form that the kit knows and does not read; `form` names it. */
export class UnsupportedDiskError extends DiskError {
  constructor(
    message: string,
    /** Name of the form, such as "BitLocker" or "dynamic VHD". */
    readonly form: string,
  ) {
    super(message);
  }
}

/** Neither copy of the partition table makes sense. */
export class CorruptPartitionTableError extends DiskError {}

/** The volume is not NTFS. */
export class NotNtfsError extends DiskError {}

/** A structure of an NTFS volume contradicts its specification or another structure. */
export class CorruptNtfsError extends DiskError {}

/** A file of an NTFS volume has no stream of the wanted name. */
export class NoSuchStreamError extends DiskError {}

/** A path leads through a reparse point to somewhere that is not on this volume. */
export class ReparsePointError extends DiskError {}

/** The bytes are no registry hive. */
export class NotAHiveError extends DiskError {}

/** A structure of a registry hive contradicts its specification or another structure. */
export class CorruptHiveError extends DiskError {}

/** A registry value does not hold the type that was asked for. */
export class RegistryTypeError extends DiskError {}

/** The bytes are no event log. */
export class NotAnEventLogError extends DiskError {}

/** A structure of an event log contradicts its specification or another structure. */
export class CorruptEventLogError extends DiskError {}

/** Whether an error tells of damage to the structures of one volume, not of bytes that could not be had. */
export function isVolumeDamage(error: unknown): error is DiskError {
  return error instanceof CorruptNtfsError || error instanceof NotNtfsError || error instanceof OutOfRangeError;
}

/** Whether an error tells of damage or of a form that is not read, not of bytes that could not be had. */
export function isDamage(error: unknown): error is DiskError {
  return error instanceof DiskError && !(error instanceof ReadError);
}
