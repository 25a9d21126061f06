import type { Facts, ManagedDisk, OfferedSize, Plan, VirtualMachine } from "../../preflight/facts";
import { runChecks, type CheckResult } from "../../preflight/run-checks";

export const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001";
export const VM_ID = `${SUBSCRIPTION}/resourceGroups/web-prod/providers/Microsoft.Compute/virtualMachines/web01`;
export const DISK_ID = `${SUBSCRIPTION}/resourceGroups/web-prod/providers/Microsoft.Compute/disks/web01-os`;

export const PLAN: Plan = { vmSize: "Standard_D2s_v5", tags: { "created-by": "azure-repair-kit" } };

export function vm(changes: Partial<VirtualMachine> = {}): VirtualMachine {
  return {
    id: VM_ID,
    name: "web01",
    location: "westeurope",
    storageProfile: { osDisk: { osType: "Windows", managedDisk: { id: DISK_ID } } },
    ...changes,
  };
}

export function disk(changes: Partial<ManagedDisk> = {}): ManagedDisk {
  return { id: DISK_ID, location: "westeurope", sku: { name: "Premium_LRS" }, diskSizeGB: 127, ...changes };
}

export function size(changes: Partial<OfferedSize> = {}): OfferedSize {
  return {
    name: "Standard_D2s_v5",
    family: "standardDSv5Family",
    cores: 2,
    memory: 8,
    generations: ["V1", "V2"],
    trustedLaunch: true,
    premiumDisks: true,
    architecture: "x64",
    zones: ["1", "2", "3"],
    ...changes,
  };
}

/** What one check says of these facts; undefined when it says nothing. */
export function verdictOf(id: string, facts: Facts, plan: Partial<Plan> = {}): CheckResult | undefined {
  return runChecks(facts, { ...PLAN, ...plan }).find((one) => one.id === id);
}
