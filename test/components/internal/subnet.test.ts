import * as pulumi from "@pulumi/pulumi";

import { checkSubnet } from "../../../components/internal/subnet";
import { answer, SUBSCRIPTION } from "../support/mocks";

const SUBNET = `${SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub-net/subnets/repair`;

async function check(subnet: string, found: () => object) {
  await answer({ "azure-native:network:getVirtualNetwork": found });
  await checkSubnet("subnetId", subnet, "westeurope", new pulumi.ComponentResource("test:index:Owner", "owner"));
}

describe("an existing subnet", () => {
  const network = { location: "westeurope", subnets: [{ name: "Repair" }] };

  it("is taken when it is in the region of the disk", async () => {
    await expect(check(SUBNET, () => network)).resolves.toBeUndefined();
  });

  it("is refused in another region", async () => {
    await expect(check(SUBNET, () => ({ ...network, location: "eastus" }))).rejects.toThrow(
      /^subnetId must be a subnet in westeurope, .* in eastus; name another subnet, or leave it out/,
    );
  });

  it("is refused when its network has no such subnet, and told which there are", async () => {
    await expect(check(SUBNET.replace(/repair$/, "other"), () => network)).rejects.toThrow(/that network has: Repair$/);
  });
});
