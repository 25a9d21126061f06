import { SIZES } from "../compute/sizes";
import { LOCATIONS } from "../locations";

/** A row of the price list. */
export interface PriceRow {
  readonly serviceName: string;
  readonly productName: string;
  readonly skuName: string;
  readonly meterName: string;
  readonly armSkuName: string;
  readonly armRegionName: string;
  readonly unitOfMeasure: string;
  readonly retailPrice: number;
  readonly type: string;
}

/** Prices of East US in USD in 2026, for every region; the form is fact, a figure here is an example. */
const LINUX_PER_CORE_HOUR = 0.048;
const WINDOWS_LICENCE_PER_CORE_HOUR = 0.046;

const DISKS_PER_MONTH: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "Premium SSD Managed Disks": {
    P1: 0.6,
    P2: 1.2,
    P3: 2.4,
    P4: 5.28,
    P6: 10.21,
    P10: 19.71,
    P15: 38.01,
    P20: 73.22,
    P30: 135.17,
  },
  "Standard SSD Managed Disks": {
    E1: 0.3,
    E2: 0.6,
    E3: 1.2,
    E4: 2.4,
    E6: 4.8,
    E10: 9.6,
    E15: 19.2,
    E20: 38.4,
    E30: 76.8,
  },
  "Standard HDD Managed Disks": { S4: 1.54, S6: 3.01, S10: 5.89, S15: 11.33, S20: 21.76, S30: 40.96 },
};

/** Every row for one region. */
export function pricesOf(armRegionName: string): PriceRow[] {
  if (!LOCATIONS.some(({ name }) => name === armRegionName)) {
    return [];
  }
  const common = { armRegionName, type: "Consumption" };
  return [
    ...SIZES.flatMap(({ name, cores }) => vmRows(name, cores).map((row) => ({ ...common, ...row }))),
    ...Object.entries(DISKS_PER_MONTH).flatMap(([productName, tiers]) =>
      Object.entries(tiers).map(([tier, retailPrice]) => ({
        ...common,
        serviceName: "Storage",
        productName,
        skuName: `${tier} LRS`,
        meterName: `${tier} LRS Disk`,
        armSkuName: "",
        unitOfMeasure: "1/Month",
        retailPrice,
      })),
    ),
    ...["Standard HDD Managed Disks", "Premium SSD Managed Disks"].map((productName) => ({
      ...common,
      serviceName: "Storage",
      productName,
      skuName: "Snapshots LRS",
      meterName: "LRS Snapshots",
      armSkuName: "",
      unitOfMeasure: "1 GB/Month",
      retailPrice: productName.startsWith("Premium") ? 0.132 : 0.05,
    })),
  ];
}

/** One size has rows for Linux, Windows, spot, low priority and cloud services, all with the same armSkuName. */
function vmRows(name: string, cores: number) {
  const series = `Virtual Machines ${name
    .replace(/^Standard_/, "")
    .replace(/\d+/, "")
    .replace("_", "")} Series`;
  const meter = name.replace(/^Standard_/, "").replace("_", " ");
  const linux = cores * LINUX_PER_CORE_HOUR;
  const windows = linux + cores * WINDOWS_LICENCE_PER_CORE_HOUR;
  const rows: readonly (readonly [string, string, number])[] = [
    [series, meter, linux],
    [`${series} Windows`, `${meter} Spot`, windows / 5],
    [`${series} Windows`, `${meter} Low Priority`, windows / 4],
    [`${series} Windows`, meter, windows],
    [`${series.replace("Virtual Machines ", "")} Cloud Services`, meter, windows],
  ];
  return rows.map(([productName, skuName, retailPrice]) => ({
    serviceName: "Virtual Machines",
    productName,
    skuName,
    meterName: skuName,
    armSkuName: name,
    unitOfMeasure: "1 Hour",
    retailPrice: Math.round(retailPrice * 10_000) / 10_000,
  }));
}
