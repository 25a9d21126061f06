import { dailyCosts, diskMeter, type Price } from "../../preflight/prices";

describe("disk meters", () => {
  it.each([
    ["Premium_LRS", 127, "P10 LRS Disk"],
    ["Premium_LRS", 129, "P15 LRS Disk"],
    ["Premium_ZRS", 1024, "P30 ZRS Disk"],
    ["StandardSSD_LRS", 30, "E4 LRS Disk"],
    ["Standard_LRS", 4, "S4 LRS Disk"],
  ])("%s of %d GiB is charged as %s", (sku, gib, meter) => {
    expect(diskMeter(sku, gib)?.meter).toBe(meter);
  });

  it("are none where the price depends on more than the size, or nobody sells it", () => {
    expect(diskMeter("UltraSSD_LRS", 127)).toBeUndefined();
    expect(diskMeter("Premium_LRS", 40_000)).toBeUndefined();
  });
});

describe("daily costs", () => {
  const row = (changes: Partial<Price>): Price => ({
    productName: "Virtual Machines Dsv5 Series Windows",
    meterName: "D2s v5",
    skuName: "D2s v5",
    armSkuName: "Standard_D2s_v5",
    unitOfMeasure: "1 Hour",
    retailPrice: 99,
    currencyCode: "USD",
    ...changes,
  });
  const priced = { vmSize: "Standard_D2s_v5", diskSku: "Premium_LRS", diskSizeInGiB: 100 };

  it("take the Windows price of the size, of many that bear its name, and months as 730 hours", () => {
    const disks = { armSkuName: "", unitOfMeasure: "1/Month" };
    const costs = dailyCosts(
      [
        row({ productName: "Virtual Machines Dsv5 Series" }),
        row({ skuName: "D2s v5 Spot" }),
        row({ skuName: "D2s v5 Low Priority" }),
        row({ productName: "Dsv5 Series Cloud Services" }),
        row({ unitOfMeasure: "1 GB" }),
        row({ retailPrice: 0.188 }),
        row({ ...disks, productName: "Standard SSD Managed Disks", meterName: "E4 LRS Disk", retailPrice: 7.3 }),
        row({ ...disks, productName: "Premium SSD Managed Disks", meterName: "P10 LRS Disk", retailPrice: 73 }),
        row({ ...disks, productName: "Premium SSD Managed Disks", meterName: "LRS Snapshots" }),
        row({
          productName: "Standard HDD Managed Disks",
          meterName: "LRS Snapshots",
          armSkuName: "",
          unitOfMeasure: "1 GB/Month",
          retailPrice: 0.0365,
        }),
      ],
      priced,
    );

    expect(costs.map((cost) => ("perDay" in cost ? Number(cost.perDay.toFixed(4)) : null))).toEqual([
      4.512, 0.24, 2.4, 0.12,
    ]);
  });

  it("name what the list has no price for", () => {
    expect(dailyCosts([], priced).some((cost) => "perDay" in cost)).toBe(false);
  });
});
