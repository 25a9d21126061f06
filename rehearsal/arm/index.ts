import type { Secret } from "./secrets-seen";

export type { Secret } from "./secrets-seen";

import type { Conditions } from "./conditions";

/** How a simulated Azure is started. */
export interface SimulatorOptions {
  /** The broken OS disk: path of a fixed VHD file, opened read-only. */
  readonly diskFile: string;
  /** Existing folder of this simulator alone; certificates, audit log and temporary files go there. */
  readonly workFolder: string;
  /** Facts of the source VM that differ from the default (Windows, generation as the disk's partitioning tells, SCSI, no zone, no plan). */
  readonly source?: Partial<SourceFacts>;
  /** Roles, quotas and offers that differ from the default: Owner, wide, everything. */
  readonly conditions?: Partial<Conditions>;
  /** Plays the case in which the firmware of the repair VM starts the attached copy. */
  readonly bootFromCopy?: boolean;
  /** Port of the ARM endpoint; 0 or absent takes a free one. */
  readonly port?: number;
  /** Called with each problem that must fail a rehearsal: unknown routes, unknown actions, internal errors. */
  readonly onProblem?: (problem: string) => void;
}

/** Facts of the broken VM and its OS disk. */
export interface SourceFacts {
  readonly resourceGroup: string;
  readonly vmName: string;
  readonly location: string;
  readonly zone: string | null;
  readonly osType: "Windows" | "Linux";
  readonly managed: boolean;
  readonly securityType: "Standard" | "TrustedLaunch" | "ConfidentialVM";
  readonly purchasePlan: { readonly name: string; readonly publisher: string; readonly product: string } | null;
  readonly diskSku: string;
  readonly imageSku: string;
  /** Azure Disk Encryption: of the first kind (VM settings, dual pass), of the second (disk settings), or none. */
  readonly diskEncryption: "dual-pass" | "single-pass" | null;
  /** Name of a disk encryption set with a customer-managed key, beside the disk; null: a key of the platform. */
  readonly diskEncryptionSet: string | null;
  readonly encryptionAtHost: boolean;
  /** The OS disk lives on the host. */
  readonly ephemeral: boolean;
  readonly networkAccessPolicy: "AllowAll" | "AllowPrivate" | "DenyAll";
  /** Name of the disk access that AllowPrivate exports through, beside the disk; null: one that is not there. */
  readonly diskAccess: string | null;
  /** Reading from outside needs an Entra token too. */
  readonly entraExport: boolean;
}

/** A running simulated Azure. */
export interface Simulator {
  /** Environment variables with which any official client, and the Pulumi provider, finds this Azure. */
  readonly environment: Readonly<Record<string, string>>;
  readonly armEndpoint: string;
  /** Host and port as ARM_METADATA_HOSTNAME takes it. */
  readonly metadataHost: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sourceVmId: string;
  readonly sourceDiskId: string;
  /** JSON lines, one a request: {time, method, path, apiVersion, status, write, principal, clientRequestId, userAgent, virtualSeconds}. */
  readonly auditLog: string;
  /** What guest scripts run in: the path of a PowerShell, or "model". */
  readonly guestHost: string;
  /** Number of requests answered so far, by plane. */
  requests(): { readonly arm: number; readonly blob: number };
  /** SHA-256 of all bytes of the source OS disk as they are now; tells the bytes done after each piece. */
  sourceDiskSha256(onProgress?: (done: number) => void): Promise<string>;
  /** What was secret in the requests and answers so far: tokens, passwords, keys, signatures. */
  secrets(): readonly Secret[];
  /** Modelled minutes that this job would have taken in Azure, labelled as modelled. */
  modelledMinutes(): number;
  stop(): Promise<void>;
}
