import type { ByteSource, DiskImage } from "../../../disk";
import type { GuestDisk, GuestMachine } from "../index";
import type { ChangedFiles } from "./changed-files";

/** What Windows remembers of a disk between two runs of a script: whether it is online, and its drive letters. */
export interface MountState {
  offline: boolean;
  /** As MSFT_Disk.OfflineReason reads. */
  offlineReason: "Policy" | "Collision" | null;
  readOnly: boolean;
  /** Disk GUID or signature as it is now; it changes when a colliding disk is brought online. */
  id: string | null;
  /** Drive letter by partition number. */
  readonly letters: Map<number, string>;
  /** Clear bytes of unlocked BitLocker volumes by partition number. */
  readonly unlocked: Map<number, ByteSource>;
  /** Whether its volumes were mounted for writing: they keep what the disk was when it came online. */
  volumesWritable: boolean;
  /** What scripts wrote, by partition number. */
  readonly changed: Map<number, ChangedFiles>;
}

/** The state of a disk that was not seen before. */
export function newState(start: Pick<MountState, "offline" | "offlineReason" | "readOnly" | "id">): MountState {
  const volumesWritable = !start.offline && !start.readOnly;
  return { ...start, letters: new Map(), unlocked: new Map(), volumesWritable, changed: new Map() };
}

/** The mounts of all simulated VMs, kept for as long as the guest lives. */
export class Mounts {
  private readonly states = new Map<string, MountState>();

  /** The state of a disk; a disk not seen before is offline by policy, as a new disk on Windows Server. */
  of(machine: GuestMachine, disk: GuestDisk, image: DiskImage | null, collides: boolean): MountState {
    // Not the machine object: its owner may make a new one for every run.
    const key = JSON.stringify([machine.vmName, disk.lun, disk.size, image?.id ?? null]);
    let state = this.states.get(key);
    if (!state) {
      const offlineReason = collides ? "Collision" : "Policy";
      state = newState({ offline: true, offlineReason, readOnly: true, id: image?.id ?? null });
      this.states.set(key, state);
    }
    return state;
  }
}
