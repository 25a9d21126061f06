import { openDiskImage, DiskError, type DiskImage, type Partition } from "../../../disk";
import type { GuestDisk, GuestMachine } from "../index";
import { newState, type Mounts, type MountState } from "./mounts";

/** A disk of the simulated VM, with the place where Windows sees it. */
export interface SimulatedDisk {
  /** Number that Windows gives it. */
  readonly number: number;
  readonly busType: GuestMachine["busType"];
  /** As MSFT_Disk.Location reads. */
  readonly location: string;
  readonly scsiLogicalUnit: number;
  readonly size: number;
  readonly started: boolean;
  /** The VM's own OS disk and temporary disk are known by their drive letter only. */
  readonly ownLetter: string | null;
  readonly image: DiskImage | null;
  readonly state: MountState;
  readonly unlock: GuestDisk["unlock"];
}

const GIBIBYTE = 1024 ** 3;

/**
 * The disks of a machine as Windows numbers them.
 *
 * SCSI: the VM's own OS disk and the temporary disk are LUN 0 and 1 of the first controller, data disks are on the
 * second. NVMe: one controller, the OS disk is namespace 1, LUN n is namespace n + 2, and Windows counts from 0; no
 * temporary disk. Source: udev rules of Azure/azure-vm-utils; `Get-Disk | select Location` of Azure VMs.
 */
export async function disksOf(machine: GuestMachine, mounts: Mounts): Promise<SimulatedDisk[]> {
  const disks: SimulatedDisk[] = [];
  const nvme = machine.busType === "NVMe";
  const own = machine.disks.find((disk) => disk.lun === null);
  const ownStarted = machine.bootedFromLun === null;
  const ownLetter = ownStarted ? "C" : null;
  disks.push(withoutImage(machine, 0, 0, own?.size ?? 127 * GIBIBYTE, ownStarted, ownLetter));
  if (!nvme) disks.push(withoutImage(machine, 1, 1, 16 * GIBIBYTE, false, "D"));

  const seen = new Set<string>();
  for (const disk of machine.disks) {
    if (disk.lun === null) continue;
    const image = await imageOf(disk);
    const collides = image?.id !== undefined && image.id !== null && seen.has(image.id);
    if (image?.id) seen.add(image.id);
    const started = machine.bootedFromLun === disk.lun;
    const state = mounts.of(machine, disk, image, collides);
    if (started) startFrom(state);
    const unit = nvme ? disk.lun + 1 : disk.lun;
    disks.push({
      number: disks.length,
      busType: machine.busType,
      location: location(nvme ? 0 : 1, unit),
      scsiLogicalUnit: unit,
      size: disk.size,
      started,
      ownLetter: null,
      image,
      state,
      unlock: disk.unlock?.bind(disk),
    });
  }
  return disks;
}

function withoutImage(
  machine: GuestMachine,
  number: number,
  unit: number,
  size: number,
  started: boolean,
  ownLetter: string | null,
): SimulatedDisk {
  const state = newState({ offline: false, offlineReason: null, readOnly: false, id: OWN_DISK_ID });
  const place = { location: location(0, unit), scsiLogicalUnit: unit };
  return {
    number,
    busType: machine.busType,
    ...place,
    size,
    started,
    ownLetter,
    image: null,
    state,
    unlock: undefined,
  };
}

/** The VM's own disks are not there byte by byte; nothing depends on their id. */
const OWN_DISK_ID = "00000000-0000-0000-0000-000000000001";

function location(adapter: number, unit: number): string {
  return `Integrated : Bus 0 : Device 63667 : Function 30747 : Adapter ${adapter} : Port 0 : Target 0 : LUN ${unit}`;
}

/** A disk that Windows was started from is online and writable, whatever its policy. */
function startFrom(state: MountState): void {
  state.offline = false;
  state.offlineReason = null;
  state.readOnly = false;
  state.volumesWritable = true;
}

async function imageOf(disk: GuestDisk): Promise<DiskImage | null> {
  if (!disk.bytes) return null;
  try {
    return await openDiskImage(disk.bytes);
  } catch (error) {
    // Windows shows a disk whose partition table it cannot read as uninitialised.
    if (error instanceof DiskError) return null;
    throw error;
  }
}

/** Whether Windows makes a volume of a partition. */
export function hasVolume(partition: Partition): boolean {
  return !/reserved|LDM|Linux|Storage Spaces|BIOS boot/i.test(partition.type) && !/^[0-9A-F]{8}-/.test(partition.type);
}
