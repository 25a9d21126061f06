import type { SimulatedDisk } from "../windows/simulated-disk";
import type { ModelContext } from "./run-model";

const WAIT_SECONDS = 120;
const POLL_SECONDS = 5;

/** Where the copy is: found, or the VM was started from it, or absent. */
export type Found = { readonly state: "found" | "booted"; readonly disk: SimulatedDisk } | { readonly state: "absent" };

/** Waits for the disk at a LUN, with a limit. */
export async function waitForCopy(context: ModelContext, lun: number): Promise<{ found: Found; waited: number }> {
  for (let waited = 0; ; waited += POLL_SECONDS) {
    const found = findCopy(context.windows.disks, lun);
    if (found.state !== "absent" || waited >= WAIT_SECONDS) return { found, waited };
    context.say(`waiting for the disk at LUN ${lun}: ${waited} of ${WAIT_SECONDS} seconds`);
    await context.sleep(POLL_SECONDS);
  }
}

function findCopy(disks: readonly SimulatedDisk[], lun: number): Found {
  const atLun = disks.filter((disk) => diskLun(disk) === lun);
  const started = atLun.find((disk) => disk.started);
  const others = atLun.filter((disk) => !disk.started && disk.ownLetter !== "D");
  if (!started) return others.length === 0 ? { state: "absent" } : { state: "found", disk: onDataController(others) };
  if (others.length > 0) {
    const last = onDataController([started, ...others]);
    return { state: last.started ? "booted" : "found", disk: last };
  }
  return lun === 0 ? { state: "absent" } : { state: "booted", disk: started };
}

function diskLun(disk: SimulatedDisk): number {
  return disk.busType === "NVMe" ? disk.scsiLogicalUnit - 1 : disk.scsiLogicalUnit;
}

function onDataController(disks: readonly SimulatedDisk[]): SimulatedDisk {
  const adapter = (disk: SimulatedDisk): number => Number(/Adapter (\d+)/.exec(disk.location)?.[1] ?? 0);
  return disks.reduce((last, disk) => {
    const later = adapter(disk) - adapter(last) || disk.number - last.number;
    return later > 0 ? disk : last;
  });
}

/** Every disk with its LUN, for a message. */
export function diskList({ windows }: ModelContext): string {
  return windows.disks.map((disk) => `${disk.number} (${disk.busType}, LUN ${diskLun(disk)})`).join(", ");
}

/** The LUN that the script was given. */
export function lunOf(context: ModelContext): number {
  const given = context.parameter("Lun");
  const lun = Number(given);
  if (given === "" || !Number.isInteger(lun) || lun < 0 || lun > 63) {
    throw new Error(`Lun must be a whole number from 0 to 63, got "${given}"`);
  }
  return lun;
}
