import { defineCheck, ok, stop } from "../check";
import { nameFromId } from "../resource-id";

/** The existing subnet is there, in the region of the OS disk. */
export const SUBNET = defineCheck({
  id: "subnet",
  needs: ["network", "osDisk"],
  judge({ network, osDisk }, { subnetId = "" }) {
    const name = nameFromId(subnetId);
    if (network === null) {
      return stop(
        "name an existing subnet",
        "Azure knows none of this name",
        "see what there is with: az network vnet list --output table",
      );
    }
    if (!network.subnets?.some((subnet) => subnet.name?.toLowerCase() === name.toLowerCase())) {
      const names = network.subnets?.map((subnet) => subnet.name).join(", ");
      return stop("name an existing subnet", `its network has no "${name}"`, `that network has: ${names ?? "none"}`);
    }
    return osDisk !== null && network.location !== osDisk.location
      ? stop(
          `be a subnet in ${osDisk.location}, the region of the broken disk`,
          `this one is in ${network.location ?? "an unknown region"}`,
          "name another subnet, or leave it out for a network of the kit's own",
        )
      : ok(`the subnet ${name} is there, in ${network.location ?? ""}`);
  },
});
