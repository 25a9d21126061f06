import type { ByteSource } from "../../disk/byte-source";

/** A disk as the simulated VM sees it. */
export interface GuestDisk {
  /** Logical unit number of a data disk; null for the VM's own OS disk. */
  readonly lun: number | null;
  /** The whole disk without the VHD footer; null for a disk of which only the presence matters (the VM's own OS disk, an empty disk). */
  readonly bytes: ByteSource | null;
  /** Size in bytes. */
  readonly size: number;
  /** What a recovery key makes of an encrypted partition: its bytes in clear; null for a key that does not fit. Absent: no key fits. */
  unlock?(partitionNumber: number, recoveryKey: string): ByteSource | null;
}

/** The inside of a simulated VM: what a guest script can see. */
export interface GuestMachine {
  readonly vmName: string;
  readonly disks: readonly GuestDisk[];
  /** LUN of the data disk the firmware started from instead of the VM's own OS disk; null in the normal case. */
  readonly bootedFromLun: number | null;
  /** Whether BitLocker, a feature of Windows Server, is installed. @default true */
  readonly hasBitLocker?: boolean;
  /** Bus type that Windows reports for the disks. */
  readonly busType: "SAS" | "SCSI" | "NVMe";
  /**
   * The instance metadata service's token answer for a user-assigned identity.
   *
   * @throws Error when the VM has no such identity
   */
  token(resource: string, clientId: string): Promise<{ access_token: string; expires_on: string; resource: string }>;
  /** File with the certificate authority that the VM trusts. */
  readonly caFile: string;
}

/** One execution of a run command. */
export interface GuestRun {
  readonly script: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** Seconds after which the script is ended. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** What a run command's instance view tells of an execution. */
export interface GuestResult {
  readonly exitCode: number;
  /** Whole standard output; the service cuts it to the last 4,096 bytes. */
  readonly output: string;
  readonly error: string;
  readonly timedOut: boolean;
  /** Where the script ran: in a real PowerShell, or in the kit's model of it. */
  readonly ranIn: "powershell" | "model" | "nowhere";
}

/** Runs guest scripts for one or more simulated VMs. */
export interface Guest {
  /** What scripts run in: the path of a PowerShell, or "model". */
  readonly host: string;
  run(machine: GuestMachine, run: GuestRun): Promise<GuestResult>;
  /** Ends what still runs and removes temporary files. */
  stop(): Promise<void>;
}
