import { imageSkuProblem } from "../../../components/internal/image";
import { vmSizeProblem } from "../../../preflight/vm-size";

describe("vmSizeProblem", () => {
  it.each([
    "Standard_D2s_v5",
    "Standard_B2ms",
    "Standard_E4-2s_v5",
    "Standard_NV36ads_A10_v5",
    "Basic_A1",
    "standard_d2s_v5",
  ])("takes %s", (size) => {
    expect(vmSizeProblem("vmSize", size)).toBeUndefined();
  });

  it.each(["Standard_Nope", "D2s_v5", "", "Standard_D2s v5", 'Standard_D2s_v5"; rm'])(
    "refuses %j, naming a right one",
    (size) => {
      expect(vmSizeProblem("vmSize", size)).toContain(`vmSize must be a VM size like "Standard_D2s_v5", got "${size}"`);
    },
  );
});

describe("imageSkuProblem", () => {
  it.each(["2025-datacenter-smalldisk-g2", "2019-Datacenter", "2022-datacenter-azure-edition"])("takes %s", (sku) => {
    expect(imageSkuProblem("imageSku", sku)).toBeUndefined();
  });

  it.each(["nope", "", "win11-24h2-pro", "2025-datacenter;"])("refuses %j", (sku) => {
    expect(imageSkuProblem("imageSku", sku)).toContain(`got "${sku}"`);
  });
});
