import { textAt, type JsonObject } from "../json";
import { InvalidParameter } from "./errors";

const TIER_BY_SKU: Readonly<Record<string, string>> = {
  Standard_LRS: "Standard",
  StandardSSD_LRS: "Standard",
  StandardSSD_ZRS: "Standard",
  Premium_LRS: "Premium",
  Premium_ZRS: "Premium",
  PremiumV2_LRS: "Premium",
  UltraSSD_LRS: "Ultra",
};

/** Largest size in GiB, tier, IOPS and MB/s of premium disks (learn: disks-types, "Premium SSD size"). */
const PREMIUM: readonly (readonly [number, string, number, number])[] = [
  [4, "P1", 120, 25],
  [8, "P2", 120, 25],
  [16, "P3", 120, 25],
  [32, "P4", 120, 25],
  [64, "P6", 240, 50],
  [128, "P10", 500, 100],
  [256, "P15", 1100, 125],
  [512, "P20", 2300, 150],
  [1024, "P30", 5000, 200],
  [2048, "P40", 7500, 250],
  [4096, "P50", 7500, 250],
  [8192, "P60", 16000, 500],
  [16384, "P70", 18000, 750],
  [32767, "P80", 20000, 900],
];

/** The sku a disk shows: the asked name, or the given one, with its tier. */
export function skuOf(body: JsonObject, otherwise: string): JsonObject {
  const name = textAt(body, "sku", "name") ?? otherwise;
  const known = Object.keys(TIER_BY_SKU).find((sku) => sku.toLowerCase() === name.toLowerCase());
  if (known === undefined) {
    throw new InvalidParameter(
      `The value '${name}' of parameter sku.name is not allowed. Allowed values are: ${Object.keys(TIER_BY_SKU).join(", ")}.`,
      "sku.name",
    );
  }
  return { name: known, tier: TIER_BY_SKU[known] };
}

/** Read-only performance figures of a disk (azure-arm.md 3.3). Standard disks up to 4 TiB have 500 IOPS and 60 MB/s. */
export function performanceOf(sku: string, sizeInGiB: number): JsonObject {
  const premium = sku.startsWith("Premium_") ? PREMIUM.find(([largest]) => sizeInGiB <= largest) : undefined;
  return premium === undefined
    ? { diskIOPSReadWrite: 500, diskMBpsReadWrite: 60 }
    : { tier: premium[1], diskIOPSReadWrite: premium[2], diskMBpsReadWrite: premium[3] };
}
