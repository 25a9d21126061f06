import type { ManagedDisk, Plan } from "./facts";

/** A retail price, as far as an estimate needs it. Source: learn, cost-management/retail-prices/azure-retail-prices. */
export interface Price {
  readonly productName: string;
  readonly meterName: string;
  readonly skuName: string;
  readonly armSkuName: string;
  /** Like `1 Hour`, `1/Month`, `1 GB/Month`. */
  readonly unitOfMeasure: string;
  readonly retailPrice: number;
  readonly currencyCode: string;
}

/** What something costs a day. */
export interface DailyCost {
  readonly what: string;
  readonly perDay: number;
}

/** Largest size in GiB of each tier of managed disks (learn: disks-types). */
const TIERS: readonly (readonly [number, number])[] = [
  [4, 1],
  [8, 2],
  [16, 3],
  [32, 4],
  [64, 6],
  [128, 10],
  [256, 15],
  [512, 20],
  [1024, 30],
  [2048, 40],
  [4096, 50],
  [8192, 60],
  [16_384, 70],
  [32_767, 80],
];

const PRODUCTS: Readonly<
  Record<string, { readonly product: string; readonly letter: string; readonly least: number }>
> = {
  Premium: { product: "Premium SSD Managed Disks", letter: "P", least: 1 },
  StandardSSD: { product: "Standard SSD Managed Disks", letter: "E", least: 1 },
  Standard: { product: "Standard HDD Managed Disks", letter: "S", least: 4 },
};

/** Windows Server's small-disk images have 30 GiB. */
const SMALL_DISK_GIB = 30;

/** Hours of a month as Azure's own calculator counts. */
const HOURS_OF_MONTH = 730;

/** The meter that a managed disk is charged by; undefined where its price depends on more than its size. */
export function diskMeter(sku: string, sizeInGiB: number): { product: string; meter: string } | undefined {
  const [kind = "", redundancy = ""] = sku.split("_");
  const product = PRODUCTS[kind];
  const tier = TIERS.find(([largest, number]) => sizeInGiB <= largest && number >= (product?.least ?? 0));
  return product && tier
    ? { product: product.product, meter: `${product.letter}${tier[1]} ${redundancy} Disk` }
    : undefined;
}

/** What is to be priced: the repair VM, its own disk, the copy, the snapshot. */
export interface Priced {
  /** Absent where only a snapshot is made. */
  readonly vmSize?: string;
  readonly diskSku: string;
  readonly diskSizeInGiB: number;
}

/** What is to be priced for a disk under a plan. */
export function pricedOf({ sku, diskSizeGB }: ManagedDisk, { vmSize, extractFromSnapshot }: Plan): Priced {
  return {
    ...(!extractFromSnapshot && { vmSize }),
    diskSku: sku?.name ?? "",
    diskSizeInGiB: diskSizeGB ?? 0,
  };
}

/** Meters of everything but the VM, to ask for. */
export function metersOf({ diskSku, diskSizeInGiB }: Omit<Priced, "vmSize">): string[] {
  const meters = [diskMeter("StandardSSD_LRS", SMALL_DISK_GIB)?.meter, diskMeter(diskSku, diskSizeInGiB)?.meter];
  return [...new Set(["LRS Snapshots", ...meters.filter((meter) => meter !== undefined)])];
}

/**
 * What an environment costs a day while it stands, by its parts; a part whose price is not in the list has none.
 * The VM is counted for all 24 hours, the snapshot as if the disk were full.
 */
export function dailyCosts(prices: readonly Price[], priced: Priced): readonly (DailyCost | { what: string })[] {
  const disk = (what: string, sku: string, sizeInGiB: number) => {
    const meter = diskMeter(sku, sizeInGiB);
    const price = meter && prices.find((one) => one.productName === meter.product && one.meterName === meter.meter);
    return priceOf(`${what} (${meter?.meter ?? sku})`, price, 1);
  };
  const snapshots = prices.find(
    (one) => one.productName === "Standard HDD Managed Disks" && one.meterName === "LRS Snapshots",
  );
  const snapshot = priceOf(`snapshot (${priced.diskSizeInGiB} GiB at most)`, snapshots, priced.diskSizeInGiB);
  return priced.vmSize === undefined
    ? [snapshot]
    : [
        priceOf(`repair VM (${priced.vmSize}, Windows)`, prices.find(isWindows(priced.vmSize)), 1),
        disk("its OS disk", "StandardSSD_LRS", SMALL_DISK_GIB),
        disk("copy of the OS disk", priced.diskSku, priced.diskSizeInGiB),
        snapshot,
      ];
}

/** Pay as you go with the Windows licence; the list also has spot, low priority, and cloud services of the same size. */
function isWindows(vmSize: string): (price: Price) => boolean {
  return ({ armSkuName, productName, skuName, unitOfMeasure }) =>
    armSkuName.toLowerCase() === vmSize.toLowerCase() &&
    /^Virtual Machines .* Windows$/.test(productName) &&
    !/Spot|Low Priority/.test(skuName) &&
    unitOfMeasure === "1 Hour";
}

function priceOf(what: string, price: Price | undefined, quantity: number): DailyCost | { what: string } {
  if (price === undefined) {
    return { what };
  }
  const perDay = price.unitOfMeasure.endsWith("Hour") ? 24 : 24 / HOURS_OF_MONTH;
  return { what, perDay: price.retailPrice * perDay * quantity };
}
