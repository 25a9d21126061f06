import { startGuest } from "../guest/start";
import { AuditLog } from "./audit-log";
import type { AzureError } from "./azure-error";
import { startBlobPlane, type BlobAuditRecord, type BlobPlane } from "./blob";
import { BLOB_PLANE } from "./blob/service";
import { VM_HOST } from "./compute/vm-host";
import { createCore, type Core } from "./core";
import type { Simulator, SimulatorOptions, SourceFacts } from "./index";
import { PRICES_PATH } from "./prices/retail-prices";
import { inspectSourceDisk, type SourceDisk } from "./source-disk";
import { insertSourceVm, type SourceVm } from "./source-vm";
import { followDataPlane } from "./storage/blob-container";
import { dataPlaneAuthority } from "./storage/data-plane-authority";
import type { Guest } from "../guest";

/** A simulator with the doors that tests of the simulator itself need. */
export interface StartedSimulator extends Simulator {
  readonly core: Core;
  readonly blobPlane: BlobPlane;
  /** Puts another broken VM in place, with the same disk; its group and name must be new. Returns its resource id. */
  addSourceVm(facts: Partial<SourceFacts>): Promise<string>;
  /** Lets the next creation of a VM end with an error after it was accepted. */
  failNextVm(error: AzureError): void;
}

/** What tests may choose beside the options of a rehearsal. */
export interface StartOptions extends SimulatorOptions {
  /** Runs guest scripts; absent: a PowerShell, or the models. */
  readonly guest?: Guest;
  /** Milliseconds until a role assignment reaches the data plane; 0 if absent. */
  readonly rolePropagationMilliseconds?: number;
}

/**
 * Starts a simulated Azure with a broken VM in it.
 *
 * @throws DiskError when the disk file is no whole fixed VHD, PortTakenError when the port is in use; nothing runs then
 */
export async function startSimulator(options: StartOptions): Promise<StartedSimulator> {
  const disk = await inspectSourceDisk(options.diskFile);
  const stops: Stop[] = [];
  try {
    return await start(options, disk, stops);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

type Stop = () => Promise<void> | void;

/** Starts part after part, and notes in `stops` how to end what runs, in the order to end it in. */
async function start(options: StartOptions, disk: SourceDisk, stops: Stop[]): Promise<StartedSimulator> {
  const core = await createCore(options);
  const audit = new AuditLog(core.auditLog);
  // The blob plane outlives the core, whose last operations write to it, and is the last to write to the log.
  const later: { blobPlane?: BlobPlane } = {};
  stops.push(
    () => core.stop(),
    () => later.blobPlane?.stop(),
    () => audit.close(),
  );
  const guest = options.guest ?? (await startGuest({ workFolder: options.workFolder }));
  stops.unshift(() => guest.stop());
  const blobPlane = await startBlobPlane({
    certificate: core.certificate,
    authority: dataPlaneAuthority(core.azure, { ...options, ownerId: core.objectId }),
    record: (line) => audit.append(auditRecord(line)),
    onContainer: (account, container, exists) => followDataPlane(core.azure, account, container, exists),
  });
  later.blobPlane = blobPlane;
  core.provide(BLOB_PLANE, blobPlane);
  const creationFailures: AzureError[] = [];
  core.provide(VM_HOST, { guest, caFile: core.caFile, bootFromCopy: options.bootFromCopy ?? false, creationFailures });
  const insert = (differing: Partial<SourceFacts>) =>
    insertSourceVm(core.azure, blobPlane, { file: options.diskFile, ...disk }, differing);
  const source = await insert(options.source ?? {});
  return {
    ...facts(core, source),
    core,
    blobPlane,
    addSourceVm: async (differing) => (await insert(differing)).vmId,
    failNextVm: (error) => {
      creationFailures.push(error);
    },
    guestHost: guest.host,
    requests: () => ({ arm: core.requests(), blob: blobPlane.requests() }),
    sourceDiskSha256: (onProgress) => blobPlane.disks.sha256(source.blob, onProgress),
    secrets: () => core.secrets(),
    modelledMinutes: () => core.modelledMinutes(),
    stop: () => stopAll(stops),
  };
}

/** Ends what runs; a second call has nothing left to do. */
async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0)) {
    await stop();
  }
}

function facts(core: Core, source: SourceVm): Pick<Simulator, FactNames> {
  return {
    environment: environmentOf(core),
    armEndpoint: core.armEndpoint,
    metadataHost: core.metadataHost,
    caFile: core.caFile,
    tenantId: core.tenantId,
    subscriptionId: core.subscriptionId,
    clientId: core.clientId,
    clientSecret: core.clientSecret,
    sourceVmId: source.vmId,
    sourceDiskId: source.diskId,
    auditLog: core.auditLog,
  };
}

type FactNames =
  | "environment"
  | "armEndpoint"
  | "metadataHost"
  | "caFile"
  | "tenantId"
  | "subscriptionId"
  | "clientId"
  | "clientSecret"
  | "sourceVmId"
  | "sourceDiskId"
  | "auditLog";

/** Variables by which azure-native (ARM_*), the Azure SDKs (AZURE_*) and their TLS (the rest) find this Azure (azure-arm.md 10). */
function environmentOf(core: Core): Record<string, string> {
  return {
    ARM_METADATA_HOSTNAME: core.metadataHost,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    ARM_TENANT_ID: core.tenantId,
    ARM_SUBSCRIPTION_ID: core.subscriptionId,
    ARM_CLIENT_ID: core.clientId,
    ARM_CLIENT_SECRET: core.clientSecret,
    AZURE_TENANT_ID: core.tenantId,
    AZURE_CLIENT_ID: core.clientId,
    AZURE_CLIENT_SECRET: core.clientSecret,
    AZURE_AUTHORITY_HOST: core.armEndpoint,
    NODE_EXTRA_CA_CERTS: core.caFile,
    SSL_CERT_FILE: core.caFile,
    REQUESTS_CA_BUNDLE: core.caFile,
    AZURE_REPAIR_KIT_PRICES: `${core.armEndpoint}${PRICES_PATH}`,
  };
}

function auditRecord(line: BlobAuditRecord): Parameters<AuditLog["append"]>[0] {
  return {
    time: line.time,
    method: line.method,
    path: line.path,
    apiVersion: line.version === "" ? null : line.version,
    status: line.status,
    write: line.write,
    principal: line.principal,
    clientRequestId: line.clientRequestId === "" ? null : line.clientRequestId,
    userAgent: line.userAgent === "" ? null : line.userAgent,
    virtualSeconds: 0,
  };
}
