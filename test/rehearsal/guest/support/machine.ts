import { MemorySource } from "../../../../disk";
import type { GuestDisk, GuestMachine } from "../../../../rehearsal/guest";

/** LUN of the copy in the tests. */
export const LUN = 3;

let machines = 0;

/** A repair VM with a disk attached. */
export function machineWith(disk: Buffer | null, changes: Partial<GuestMachine> = {}): GuestMachine {
  const attached: GuestDisk[] = disk ? [{ lun: LUN, bytes: new MemorySource(disk), size: disk.length }] : [];
  return {
    vmName: `repair-${machines++}`,
    disks: [{ lun: null, bytes: null, size: 127 * 1024 ** 3 }, ...attached],
    bootedFromLun: null,
    busType: "SAS",
    token: (resource) => Promise.resolve({ access_token: "first", expires_on: inAnHour(), resource }),
    caFile: "",
    ...changes,
  };
}

/** As the instance metadata service writes the end of a token: seconds since 1970. */
export function inAnHour(): string {
  return String(Math.floor(Date.now() / 1000) + 3600);
}
