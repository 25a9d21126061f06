import type { Disk, VirtualMachine } from "@azure/arm-compute";
import type { Facts, Known, Plan } from "../../preflight/facts";
import { parseIdOfType } from "../../preflight/resource-id";
import type { Clients } from "./clients";
import { found, known } from "./known";
import { readDiskAccess, readDumpStore, readNetwork } from "./read-existing";
import { readLocks } from "./read-locks";
import { readPrices } from "./read-prices";
import { readRights, type Places } from "./read-rights";
import { readSizes } from "./read-sizes";
import { readTagRequirements } from "./read-tag-requirements";
import { readUsages } from "./read-usages";

/** What is looked at, and how. */
export interface Target {
  readonly resourceGroupName: string;
  readonly name: string;
  /** Address of the price list. */
  readonly prices: string;
  readonly signal: AbortSignal;
}

/**
 * Asks Azure everything that the checks need, at once where one answer does not depend on another. Only reads.
 *
 * @throws AzureFailure when Azure cannot be asked at all
 */
export async function gatherFacts(target: Target, plan: Plan, clients: Clients): Promise<Facts> {
  const abort = { abortSignal: target.signal };
  const { compute, subscriptionId } = clients;
  const vm = await known(found(compute.virtualMachines.get(target.resourceGroupName, target.name, abort)));
  const vmId = `/subscriptions/${subscriptionId}/resourceGroups/${target.resourceGroupName}/providers/Microsoft.Compute/virtualMachines/${target.name}`;
  if ("unknown" in vm) return { vm, rights: await known(readRights({ vm: vmId }, clients, target.signal)) };
  if (vm.value === null) return { vm: { value: null } };
  const diskId = diskIdOf(vm.value);
  const osDisk = diskId === undefined ? { value: null } : await known(readDisk(diskId, clients, abort));
  const location = ("value" in osDisk ? osDisk.value?.location : undefined) ?? vm.value.location;
  const places = placesOf(vmId, diskId, osDisk, plan, subscriptionId);
  const [sizes, usages, locks, rights, tagRequirements, prices, existing] = await Promise.all([
    known(readSizes(location, clients, target.signal)),
    known(readUsages(location, clients, target.signal)),
    known(readLocks(clients, target.signal)),
    known(readRights(places, clients, target.signal)),
    known(readTagRequirements(clients, target.signal)),
    readPrices({ endpoint: target.prices, location, vmSize: plan.vmSize, osDisk, signal: target.signal }),
    readExisting(osDisk, plan, clients, target.signal),
  ]);
  return { vm, osDisk, sizes, usages, locks, rights, tagRequirements, prices, ...existing };
}

async function readExisting(
  osDisk: Known<Disk | null>,
  { subnetId, dumpStoreId }: Plan,
  clients: Clients,
  signal: AbortSignal,
): Promise<Facts> {
  const diskAccessId = "value" in osDisk ? osDisk.value?.diskAccessId : undefined;
  const [network, dumpStore, diskAccess] = await Promise.all([
    subnetId === undefined ? undefined : known(readNetwork(subnetId, clients, signal)),
    dumpStoreId === undefined ? undefined : known(readDumpStore(dumpStoreId, clients, signal)),
    diskAccessId === undefined ? undefined : known(readDiskAccess(diskAccessId, clients, signal)),
  ]);
  return { ...(network && { network }), ...(dumpStore && { dumpStore }), ...(diskAccess && { diskAccess }) };
}

function diskIdOf({ storageProfile }: VirtualMachine): string | undefined {
  return storageProfile?.osDisk?.managedDisk?.id;
}

async function readDisk(id: string, { compute }: Clients, options: { abortSignal: AbortSignal }): Promise<Disk> {
  const disk = parseIdOfType(id, "Microsoft.Compute/disks");
  return compute.disks.get(disk?.resourceGroupName ?? "", disk?.names[0] ?? "", options);
}

function placesOf(
  vmId: string,
  diskId: string | undefined,
  osDisk: Known<Disk | null>,
  { subnetId, dumpStoreId }: Plan,
  subscriptionId: string,
): Places {
  const disk = "value" in osDisk ? osDisk.value : null;
  return {
    vm: vmId,
    osDisk: diskId,
    diskEncryptionSet: disk?.encryption?.diskEncryptionSetId,
    diskAccess: disk?.diskAccessId,
    subscription: `/subscriptions/${subscriptionId}`,
    subnet: subnetId,
    dumpStore: dumpStoreId,
  };
}
