import { defineCheck, ok, warning } from "../check";

/** Whether the OS disk comes with a purchase plan of the marketplace. Sources: azure-cli #5949, azure-docs #60317. */
export const PURCHASE_PLAN = defineCheck({
  id: "purchase-plan",
  needs: ["osDisk"],
  judge({ osDisk }) {
    const plan = osDisk?.purchasePlan;
    if (osDisk === null) {
      return undefined;
    }
    return plan === undefined
      ? ok("the OS disk has no purchase plan")
      : warning(
          `the OS disk has the purchase plan ${plan.publisher}/${plan.product}/${plan.name}, which snapshot and copy keep; ` +
            "Azure does not say whether it lets such a disk be attached as a data disk",
          "if pulumi up fails with VMMarketplaceInvalidInput, read the dump from outside: azure-repair-kit inspect SNAPSHOT-ID",
        );
  },
});
