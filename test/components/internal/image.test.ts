import { repairImageSku } from "../../../components/internal/image";

describe("the image of the repair VM", () => {
  it.each([
    ["V2", "2019-datacenter-gensecond", "2022-datacenter-smalldisk-g2"],
    ["V1", "2019-Datacenter", "2022-datacenter-smalldisk"],
    [undefined, "2016-Datacenter", "2022-datacenter-smalldisk"],
    ["V2", "2022-datacenter-azure-edition", "2025-datacenter-smalldisk-g2"],
    ["V2", "2025-datacenter-g2", "2022-datacenter-smalldisk-g2"],
    ["V2", undefined, "2025-datacenter-smalldisk-g2"],
  ])("is, for generation %s and source %s, %s", (generation, source, sku) => {
    expect(repairImageSku(generation, source)).toBe(sku);
  });
});
