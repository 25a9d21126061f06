import { WindowsError } from "../windows/errors";
import type { OfflineSystem } from "./offline-system";
import type { ModelContext } from "./run-model";

/** A partition of the copy, as the repair VM sees it. */
export interface CopyPartition {
  /** Drive letter on the repair VM. */
  readonly letter: string | null;
  /** GUID in capitals; null for MBR. */
  readonly guid: string | null;
  readonly offset: number;
  readonly number: number;
  /** Whether it is the volume with Windows. */
  readonly windows: boolean;
}

/** What the drive letters of the broken Windows are on the repair VM. */
export interface DriveMap {
  /** Letter that the broken Windows has for its own volume. */
  readonly windows: string;
  /** Partitions of this disk by the letter of the broken Windows. */
  readonly letters: ReadonlyMap<string, CopyPartition>;
  readonly partitions: readonly CopyPartition[];
}

interface DeviceId {
  readonly guid: string | null;
  readonly signature: number | null;
  readonly offset: number | null;
}

const ALL_LETTERS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

/** Finds the partitions of this disk that the broken Windows has letters for. */
export function driveMapOf({ windows, say, text }: ModelContext, system: OfflineSystem, windowsRoot: string): DriveMap {
  let partitions: readonly CopyPartition[] = [];
  try {
    const own = windows.partitionOf(windowsRoot.charAt(0).toUpperCase());
    partitions = windows.partitions(own.disk.number).map((partition) => ({
      letter: own.disk.state.letters.get(partition.number) ?? null,
      guid: partition.uniqueId,
      offset: partition.offset,
      number: partition.number,
      windows: partition.number === own.partition.number,
    }));
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    say(text("letters-unknown", error.message));
  }
  const devices = new Map(ALL_LETTERS.map((letter) => [letter, deviceId(system.device(letter))]));
  const signature = oldSignature(devices, partitions);
  const letters = new Map<string, CopyPartition>();
  for (const letter of ALL_LETTERS) {
    const id = devices.get(letter);
    if (!id) continue;
    const match = partitions.findLast((one) =>
      id.guid === null ? id.signature === signature && id.offset === one.offset : id.guid === one.guid,
    );
    if (match) letters.set(letter, match);
  }
  const own = ALL_LETTERS.filter((letter) => letters.get(letter)?.windows);
  return { windows: own.includes("C") ? "C" : (own[0] ?? "C"), letters, partitions };
}

function deviceId(value: Buffer | null): DeviceId | null {
  if (value?.length === 24 && value.toString("latin1", 0, 8) === "DMIO:ID:") {
    const hex = (start: number, end: number): string => value.toString("hex", start, end).toUpperCase();
    const turned = (start: number, end: number): string =>
      Buffer.from(value.subarray(start, end)).reverse().toString("hex").toUpperCase();
    const guid = [turned(8, 12), turned(12, 14), turned(14, 16), hex(16, 18), hex(18, 24)].join("-");
    return { guid, signature: null, offset: null };
  }
  if (value?.length !== 12) return null;
  return { guid: null, signature: value.readUInt32LE(0), offset: Number(value.readBigInt64LE(4)) };
}

/** The signature that the broken Windows knew this disk by, from the letter that stands where the volume with Windows is. */
function oldSignature(
  devices: ReadonlyMap<string, DeviceId | null>,
  partitions: readonly CopyPartition[],
): number | null {
  const own = partitions.find((partition) => partition.windows);
  // A partition with a GUID is known by that only.
  if (own?.guid !== null) return null;
  const letter = ["C", ...ALL_LETTERS].find((one) => {
    const id = devices.get(one);
    return id?.guid === null && id.offset === own.offset;
  });
  return letter === undefined ? null : (devices.get(letter)?.signature ?? null);
}
