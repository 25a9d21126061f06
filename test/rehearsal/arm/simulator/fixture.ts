import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { crc32 } from "node:zlib";
import { ComputeManagementClient } from "@azure/arm-compute";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";
import { StorageManagementClient } from "@azure/arm-storage";
import { ClientSecretCredential, type TokenCredential } from "@azure/identity";
import { makeVhdFooter } from "../../../../rehearsal/arm/blob/vhd-footer";
import { startSimulator, type StartedSimulator, type StartOptions } from "../../../../rehearsal/arm/start";
import type { Guest, GuestMachine, GuestResult, GuestRun } from "../../../../rehearsal/guest";

export const LOCATION = "westus2";
export const GROUP = "repair";

/** A guest that answers what a test tells it to, and remembers what it was asked. */
export class FakeGuest implements Guest {
  readonly host = "model";
  readonly runs: { machine: GuestMachine; run: GuestRun }[] = [];
  answer: (machine: GuestMachine, run: GuestRun) => Promise<GuestResult> = () => Promise.resolve(result({}));

  run(machine: GuestMachine, run: GuestRun): Promise<GuestResult> {
    this.runs.push({ machine, run });
    return this.answer(machine, run);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

export function result(differing: Partial<GuestResult>): GuestResult {
  return { exitCode: 0, output: "", error: "", timedOut: false, ranIn: "model", ...differing };
}

/** Resolves when the signal is aborted, as a script that is killed ends. */
export function untilKilled(run: GuestRun): Promise<GuestResult> {
  return new Promise((resolve) => {
    run.signal?.addEventListener("abort", () => resolve(result({ exitCode: -1 })));
  });
}

export interface Fixture {
  readonly simulator: StartedSimulator;
  readonly guest: FakeGuest;
  readonly problems: string[];
  readonly folder: string;
  readonly credential: TokenCredential;
  readonly compute: ComputeManagementClient;
  readonly network: NetworkManagementClient;
  readonly resources: ResourceManagementClient;
  readonly storage: StorageManagementClient;
  stop(): Promise<void>;
}

/** A running simulator with official clients that are signed in, and an empty resource group. */
export async function startFixture(options: Partial<StartOptions> = {}): Promise<Fixture> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "azure-repair-kit-test-"));
  const diskFile = path.join(folder, "source.vhd");
  await writeFile(diskFile, gptDisk(4 * 1024 * 1024));
  const guest = new FakeGuest();
  const problems: string[] = [];
  const simulator = await startSimulator({
    diskFile,
    workFolder: folder,
    guest,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), simulator.core.certificate.ca]);
  const credential = new ClientSecretCredential(simulator.tenantId, simulator.clientId, simulator.clientSecret, {
    authorityHost: simulator.armEndpoint,
    disableInstanceDiscovery: true,
  });
  const endpoint = { endpoint: simulator.armEndpoint };
  const resources = new ResourceManagementClient(credential, simulator.subscriptionId, endpoint);
  await resources.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  return {
    simulator,
    guest,
    problems,
    folder,
    credential,
    resources,
    compute: new ComputeManagementClient(credential, simulator.subscriptionId, endpoint),
    network: new NetworkManagementClient(credential, simulator.subscriptionId, endpoint),
    storage: new StorageManagementClient(credential, simulator.subscriptionId, endpoint),
    async stop() {
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fixed VHD with an empty GPT (UEFI 2.10, 5.3) and a few bytes to know it by. */
export function gptDisk(size: number): Buffer {
  const sectors = size / 512;
  const disk = Buffer.alloc(size);
  disk.writeUInt8(0xee, 446 + 4);
  disk.writeUInt32LE(1, 446 + 8);
  disk.writeUInt32LE(sectors - 1, 446 + 12);
  disk.writeUInt16LE(0xaa55, 510);
  writeGptHeader(disk, 1, sectors - 1, 2, sectors);
  writeGptHeader(disk, sectors - 1, 1, sectors - 33, sectors);
  disk.write("marker of the broken disk", 1024 * 1024);
  return Buffer.concat([disk, makeVhdFooter(size, Buffer.alloc(16, 7), new Date(1_700_000_000_000))]);
}

function writeGptHeader(disk: Buffer, at: number, other: number, entries: number, sectors: number): void {
  const header = disk.subarray(at * 512, at * 512 + 92);
  header.write("EFI PART");
  header.writeUInt32LE(0x0001_0000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(BigInt(at), 24);
  header.writeBigUInt64LE(BigInt(other), 32);
  header.writeBigUInt64LE(34n, 40);
  header.writeBigUInt64LE(BigInt(sectors - 34), 48);
  header.fill(0xab, 56, 72);
  header.writeBigUInt64LE(BigInt(entries), 72);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(Buffer.alloc(128 * 128)), 88);
  header.writeUInt32LE(crc32(header), 16);
}

/** Status, code and message of a call that must be refused. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number | undefined; code: string | undefined; message: string }> {
  const error: any = await call.then(
    () => {
      throw new Error("the call succeeded, and should have been refused");
    },
    (reason: unknown) => reason,
  );
  return { status: error.statusCode, code: error.code, message: String(error.message) };
}
