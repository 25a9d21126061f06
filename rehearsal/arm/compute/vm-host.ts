import type { Guest } from "../../guest";
import type { AzureError } from "../azure-error";
import { serviceKey } from "../service-key";

/** What runs simulated VMs. */
export interface VmHost {
  readonly guest: Guest;
  /** File with the certificate authority that VMs trust. */
  readonly caFile: string;
  /** Plays the case in which the firmware starts an attached copy of an OS disk instead of the VM's own (windows-dumps.md 1). */
  readonly bootFromCopy: boolean;
  /** Errors with which the next creations of VMs end after they were accepted, first one first. */
  readonly creationFailures: AzureError[];
}

/** The host of all VMs, as resource types find it. */
export const VM_HOST = serviceKey<VmHost>("vm host");
