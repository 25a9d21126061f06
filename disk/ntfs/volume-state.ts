import { CorruptNtfsError, OutOfRangeError } from "../errors";
import { AttributeType } from "./attribute";
import type { Mft } from "./mft";

const volumeRecord = 3;

const dirtyFlag = 0x0001;

/** What $Volume says of the volume. */
export interface VolumeState {
  /** Empty when the volume has none. */
  readonly label: string;
  readonly dirty: boolean;
  /** Such as "3.1"; null when $Volume cannot be read. */
  readonly version: string | null;
}

/**
 * Reads $Volume. When it is damaged, the volume counts as dirty, and the problem is told.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), file $Volume.
 */
export async function readVolumeState(mft: Mft): Promise<VolumeState> {
  try {
    const record = await mft.record(volumeRecord);
    const name = record.attributes.find((one) => one.type === AttributeType.volumeName);
    const information = record.attributes.find((one) => one.type === AttributeType.volumeInformation);
    if (!information?.resident) throw new CorruptNtfsError("File record 3 ($Volume) tells no volume flags.");
    const { value } = information;
    return {
      label: name?.resident ? name.value.utf16(0, name.value.size) : "",
      dirty: (value.u16(10) & dirtyFlag) !== 0,
      version: `${value.u8(8)}.${value.u8(9)}`,
    };
  } catch (error) {
    if (!(error instanceof CorruptNtfsError || error instanceof OutOfRangeError)) throw error;
    mft.problems.push(`The state of the volume is unknown: ${error.message}`);
    return { label: "", dirty: true, version: null };
  }
}
