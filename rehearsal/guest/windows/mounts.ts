import type { ByteSource, DiskImage } from "../../../disk";
import type { GuestDisk, GuestMachine } from "../index";

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
      state = {
        offline: true,
        offlineReason: collides ? "Collision" : "Policy",
        readOnly: true,
        id: image?.id ?? null,
        letters: new Map(),
        unlocked: new Map(),
      };
      this.states.set(key, state);
    }
    return state;
  }
}
