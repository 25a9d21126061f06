import type { Azure } from "../azure";
import { CONDITIONS } from "../conditions";
import { textAt, type JsonObject } from "../json";
import { normalLocation } from "../locations";
import type { ProviderRoute } from "../resource-type";
import { VM_API_VERSIONS } from "./api-versions";
import { OperationNotAllowed } from "./errors";
import { findSize, SIZES, type VmSize } from "./sizes";

/** Default quotas of a pay-as-you-go subscription, about (learn: azure-subscription-service-limits, quotas). */
const DEFAULT_LIMITS: Readonly<Record<string, number>> = {
  cores: 100,
  virtualMachines: 25_000,
  StandardDiskCount: 50_000,
  StandardSSDDiskCount: 50_000,
  PremiumDiskCount: 50_000,
  StandardSnapshotCount: 50_000,
  PremiumSnapshotCount: 50_000,
  ZRSSnapshotCount: 50_000,
};

const FAMILY_LIMIT = 100;

/** Names for people as recorded (ZenPacks.zenoss.Microsoft.Azure, test data; azure-docs, virtual-machines-common-quotas). */
const TITLES: Readonly<Record<string, string>> = {
  cores: "Total Regional vCPUs",
  virtualMachines: "Virtual Machines",
  StandardDiskCount: "Standard Storage Managed Disks",
  StandardSSDDiskCount: "StandardSSDStorageDisks",
  PremiumDiskCount: "Premium Storage Managed Disks",
  StandardSnapshotCount: "StandardStorageSnapshots",
  PremiumSnapshotCount: "PremiumStorageSnapshots",
  ZRSSnapshotCount: "ZrsStorageSnapshots",
};

/** What a subscription uses of Compute in a region (learn: compute, usage/list). */
export const USAGE_ROUTES: readonly ProviderRoute[] = [
  {
    method: "GET",
    path: "Microsoft.Compute/locations/{location}/usages",
    apiVersions: VM_API_VERSIONS,
    run: ({ azure, parameters }) => ({ value: usages(azure, normalLocation(parameters.get("location") ?? "")) }),
  },
];

function usages(azure: Azure, location: string): JsonObject[] {
  const used = usedIn(azure, location);
  const families = [...new Set(SIZES.map(({ family }) => family))];
  return [...Object.keys(DEFAULT_LIMITS), ...families].map((value) => ({
    unit: "Count",
    currentValue: used.get(value) ?? 0,
    limit: limitOf(azure, value),
    name: { value, localizedValue: titleOf(value) },
  }));
}

/** Deallocated VMs count too (learn: quotas, "both allocated and deallocated"). */
function usedIn(azure: Azure, location: string): Map<string, number> {
  const used = new Map<string, number>();
  const count = (name: string, by = 1): void => void used.set(name, (used.get(name) ?? 0) + by);
  for (const { type, body } of azure.store.all()) {
    if (textAt(body, "location") !== location) {
      continue;
    }
    const [kind = ""] = (textAt(body, "sku", "name") ?? "").split("_");
    if (type.type === "Microsoft.Compute/virtualMachines") {
      const size = findSize(textAt(body, "properties", "hardwareProfile", "vmSize") ?? "");
      count("virtualMachines");
      count("cores", size?.cores ?? 0);
      count(size?.family ?? "", size?.cores ?? 0);
    } else if (type.type === "Microsoft.Compute/disks") {
      count(`${kind}DiskCount`);
    } else if (type.type === "Microsoft.Compute/snapshots") {
      count(`${kind}SnapshotCount`);
    }
  }
  return used;
}

function limitOf(azure: Azure, name: string): number {
  return azure.service(CONDITIONS).limits[name] ?? DEFAULT_LIMITS[name] ?? FAMILY_LIMIT;
}

function titleOf(name: string): string {
  return TITLES[name] ?? `Standard ${name.replace(/^standard|Family$/gi, "")} Family vCPUs`;
}

/**
 * Refuses a VM whose cores the quota does not have, of its family or altogether (azure-arm.md 6).
 *
 * @throws OperationNotAllowed
 */
export function checkCores(azure: Azure, location: string, { family, cores }: VmSize): void {
  const used = usedIn(azure, location);
  for (const name of ["cores", family]) {
    const [current, limit] = [used.get(name) ?? 0, limitOf(azure, name)];
    if (current + cores > limit) {
      const quota = name === "cores" ? "Total Regional Cores" : `${family} Cores`;
      throw new OperationNotAllowed(
        `Operation could not be completed as it results in exceeding approved ${quota} quota. Additional details - Deployment Model: Resource Manager, ` +
          `Location: ${location}, Current Limit: ${limit}, Current Usage: ${current}, Additional Required: ${cores}, (Minimum) New Limit Required: ${current + cores}. ` +
          "Submit a request for Quota increase at https://aka.ms/ProdportalCRP/.",
      );
    }
  }
}
