import { MemorySource } from "../../../../disk";
import type { GuestMachine } from "../../../../rehearsal/guest";
import { beginning, mbrDisk, volume } from "./disk";
import { LUN, machineWith } from "./machine";

/** A recovery key of the right form. */
export const KEY = "111111-222222-333333-444444-555555-666666-777777-888888";

/** A machine whose copy has a BitLocker volume that KEY unlocks: then it is the volume of the fixture `dump`. */
export function encryptedMachine(changes: Partial<GuestMachine> = {}): GuestMachine {
  const bytes = mbrDisk({ type: 7, bytes: beginning("-FVE-FS-", 3, 6 * 1024 ** 2) });
  const clear = new MemorySource(volume("dump"));
  const unlock = (partition: number, key: string) => (partition === 1 && key === KEY ? clear : null);
  return machineWith(null, {
    disks: [{ lun: LUN, bytes: new MemorySource(bytes), size: bytes.length, unlock }],
    ...changes,
  });
}
