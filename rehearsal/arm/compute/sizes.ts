import type { Azure } from "../azure";
import { AzureError } from "../azure-error";
import { CONDITIONS } from "../conditions";
import type { JsonObject } from "../json";
import type { ProviderRoute } from "../resource-type";
import { VM_API_VERSIONS } from "./api-versions";

/** A VM size (learn: sizes). */
export interface VmSize {
  readonly name: string;
  /** Quota family (learn: compute, resource-skus; `standardDSv5Family` as recorded, others after its pattern). */
  readonly family: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly maxDataDisks: number;
  readonly premium: boolean;
  readonly generations: readonly ("V1" | "V2")[];
  readonly trustedLaunch: boolean;
  /** Sizes of version 6 have NVMe controllers only and start Generation 2 only (learn: enable-nvme-interface). */
  readonly nvme: boolean;
}

const BOTH = ["V1", "V2"] as const;

/** Every size of the simulated Azure. */
export const SIZES: readonly VmSize[] = [
  size("Standard_B2s", 2, 4, 4),
  size("Standard_B2ms", 2, 8, 4),
  size("Standard_B4ms", 4, 16, 8),
  size("Standard_B2as_v2", 2, 8, 4),
  size("Standard_B2s_v2", 2, 8, 4),
  size("Standard_B4s_v2", 4, 16, 8),
  size("Standard_DS1_v2", 1, 3.5, 4),
  size("Standard_DS2_v2", 2, 7, 8),
  { ...size("Standard_D2_v2", 2, 7, 8), premium: false, generations: ["V1"], trustedLaunch: false },
  size("Standard_D2s_v3", 2, 8, 4),
  size("Standard_D4s_v3", 4, 16, 8),
  size("Standard_D2s_v4", 2, 8, 4),
  size("Standard_D2s_v5", 2, 8, 4),
  size("Standard_D4s_v5", 4, 16, 8),
  size("Standard_D8s_v5", 8, 32, 16),
  size("Standard_D2as_v5", 2, 8, 4),
  size("Standard_D4as_v5", 4, 16, 8),
  size("Standard_D2ads_v5", 2, 8, 4),
  size("Standard_D2ds_v5", 2, 8, 4),
  size("Standard_E2s_v5", 2, 16, 4),
  { ...size("Standard_DC2as_v5", 2, 8, 4), generations: ["V2"] },
  { ...size("Standard_D2s_v6", 2, 8, 8), generations: ["V2"], nvme: true },
  { ...size("Standard_D4s_v6", 4, 16, 12), generations: ["V2"], nvme: true },
  { ...size("Standard_D2as_v6", 2, 8, 4), generations: ["V2"], nvme: true },
  { ...size("Standard_D2ds_v6", 2, 8, 8), generations: ["V2"], nvme: true },
];

/** The size of this name in any spelling. */
export function findSize(name: string): VmSize | undefined {
  return SIZES.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

/** Names of all sizes, for messages. */
export function sizeNames(): string {
  return SIZES.map(({ name }) => name).join(",");
}

/** Lists of sizes: `az vm list-sizes` and `az vm list-skus`. */
export const SIZE_ROUTES: readonly ProviderRoute[] = [
  {
    method: "GET",
    path: "Microsoft.Compute/locations/{location}/vmSizes",
    apiVersions: VM_API_VERSIONS,
    run: () => ({
      value: SIZES.map(({ name, cores, memoryGiB, maxDataDisks }) => ({
        name,
        numberOfCores: cores,
        osDiskSizeInMB: 1_047_552,
        resourceDiskSizeInMB: 16_384,
        memoryInMB: memoryGiB * 1024,
        maxDataDiskCount: maxDataDisks,
      })),
    }),
  },
  {
    method: "GET",
    path: "Microsoft.Compute/skus",
    apiVersions: ["2021-07-01", "2019-04-01", ...VM_API_VERSIONS],
    run: ({ azure, query }) => {
      const region = /location eq '([^']*)'/i.exec(query.get("filter") ?? "")?.[1] ?? "westus2";
      return { value: SIZES.map((entry) => resourceSku(azure, entry, region)) };
    },
  },
];

function size(name: string, cores: number, memoryGiB: number, maxDataDisks: number): VmSize {
  const family = familyOf(name);
  return {
    name,
    family,
    cores,
    memoryGiB,
    maxDataDisks,
    premium: true,
    generations: BOTH,
    trustedLaunch: true,
    nvme: false,
  };
}

function familyOf(name: string): string {
  const [, letters = "", extras = "", version = ""] = /^Standard_([A-Z]+)\d+([a-z]*)(_v\d+)?$/.exec(name) ?? [];
  return `standard${letters}${extras.toUpperCase()}${version.replace("_", "")}Family`;
}

function resourceSku(azure: Azure, entry: VmSize, location: string): JsonObject {
  const capabilities: Record<string, string> = {
    vCPUs: String(entry.cores),
    MemoryGB: String(entry.memoryGiB),
    MaxDataDiskCount: String(entry.maxDataDisks),
    PremiumIO: entry.premium ? "True" : "False",
    HyperVGenerations: entry.generations.join(","),
    DiskControllerTypes: entry.nvme ? "NVMe" : "SCSI",
    TrustedLaunchDisabled: entry.trustedLaunch ? "False" : "True",
    CpuArchitectureType: "x64",
  };
  return {
    resourceType: "virtualMachines",
    name: entry.name,
    tier: "Standard",
    size: entry.name.replace("Standard_", ""),
    family: entry.family,
    locations: [location],
    locationInfo: [{ location, zones: ["1", "2", "3"], zoneDetails: [] }],
    capabilities: Object.entries(capabilities).map(([name, value]) => ({ name, value })),
    restrictions: restrictionsOf(azure, entry.name).map(({ zones }) => ({
      type: zones === undefined ? "Location" : "Zone",
      values: [location],
      restrictionInfo: { locations: [location], ...(zones && { zones: [...zones] }) },
      reasonCode: "NotAvailableForSubscription",
    })),
  };
}

function restrictionsOf(azure: Azure, name: string) {
  return azure
    .service(CONDITIONS)
    .restrictedSizes.filter(({ size: restricted }) => restricted.toLowerCase() === name.toLowerCase());
}

/** 409 (azure-arm.md 6). */
export class SkuNotAvailable extends AzureError {
  constructor(size: string, location: string) {
    super(
      409,
      "SkuNotAvailable",
      `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${size}' is currently not available in location '${location}'. ` +
        "Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.",
    );
  }
}

/**
 * Refuses a size that the subscription cannot have here (learn: error-sku-not-available).
 *
 * @throws SkuNotAvailable
 */
export function checkOffered(azure: Azure, { name }: VmSize, location: string, zone: string | undefined): void {
  const closed = restrictionsOf(azure, name).some(
    ({ zones }) => zones === undefined || (zone !== undefined && zones.includes(zone)),
  );
  if (closed) {
    throw new SkuNotAvailable(name, location);
  }
}
