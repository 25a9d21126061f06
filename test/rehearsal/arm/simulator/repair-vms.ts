import type { VirtualMachine } from "@azure/arm-compute";
import { GROUP, LOCATION, type Fixture } from "./fixture";

export const PASSWORD = "Never-Shown-1234";

/** Makes repair VMs, and what they need, with few words. */
export class RepairVms {
  private constructor(
    private readonly azure: Fixture,
    readonly subnetId: string,
    readonly snapshotId: string,
  ) {}

  static async start(azure: Fixture): Promise<RepairVms> {
    const vnet = await azure.network.virtualNetworks.beginCreateOrUpdateAndWait(GROUP, "vnet", {
      location: LOCATION,
      addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
      subnets: [{ name: "default", addressPrefix: "10.1.0.0/24" }],
    });
    const snapshot = await azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "snapshot", {
      location: LOCATION,
      creationData: { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId },
    });
    return new RepairVms(azure, vnet.subnets![0]!.id!, snapshot.id!);
  }

  async nic(name: string): Promise<string> {
    const made = await this.azure.network.networkInterfaces.beginCreateOrUpdateAndWait(GROUP, name, {
      location: LOCATION,
      ipConfigurations: [{ name: "ip", subnet: { id: this.subnetId } }],
    });
    return made.id!;
  }

  /** A copy of the broken VM's disk. */
  async copy(name: string, properties: object = {}): Promise<string> {
    const made = await this.azure.compute.disks.beginCreateOrUpdateAndWait(GROUP, name, {
      location: LOCATION,
      hyperVGeneration: "V2",
      creationData: { createOption: "Copy", sourceResourceId: this.snapshotId },
      ...properties,
    });
    return made.id!;
  }

  async create(name: string, differing: Partial<VirtualMachine> = {}): Promise<VirtualMachine> {
    const body = repairVm(await this.nic(`${name}-nic`), differing);
    return this.azure.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, name, body);
  }
}

/** The body of a repair VM; a test changes what it is about. */
export function repairVm(nicId: string, differing: Partial<VirtualMachine> = {}): VirtualMachine {
  return {
    location: LOCATION,
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    osProfile: { computerName: "repair", adminUsername: "repairer", adminPassword: PASSWORD },
    networkProfile: { networkInterfaces: [{ id: nicId }] },
    ...differing,
    storageProfile: {
      imageReference: {
        publisher: "MicrosoftWindowsServer",
        offer: "WindowsServer",
        sku: "2025-datacenter-g2",
        version: "latest",
      },
      osDisk: { createOption: "FromImage" },
      ...differing.storageProfile,
    },
  };
}

/** An entry of dataDisks. */
export function attach(id: string, lun = 0) {
  return { lun, createOption: "Attach", managedDisk: { id } };
}
