import type { SimulatedDisk } from "../windows/simulated-disk";
import type { ModelContext } from "./run-model";

/** Brings a disk online, read-only. The model of parts/disk-online.ps1. */
export function setOnline({ windows, say }: ModelContext, disk: SimulatedDisk, collides: boolean): void {
  const { number, state } = disk;
  let { offline } = state;
  if (collides) {
    windows.setDisk(number, { isReadOnly: false });
    say(`bringing disk ${number} online for its new signature`);
    windows.setDisk(number, { isOffline: false });
    offline = false;
  }
  if (!offline && !state.readOnly) {
    windows.setDisk(number, { isOffline: true });
    offline = true;
  }
  windows.setDisk(number, { isReadOnly: true });
  if (!offline) return;
  say(`bringing disk ${number} online`);
  windows.setDisk(number, { isOffline: false });
}
