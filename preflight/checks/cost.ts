import { defineCheck, ok, warning } from "../check";
import { dailyCosts, pricedOf } from "../prices";

/** What the environment costs a day while it stands, by Microsoft's retail prices. */
export const COST = defineCheck({
  id: "cost",
  needs: ["prices", "osDisk"],
  judge({ prices, osDisk }, plan) {
    if (osDisk === null) {
      return undefined;
    }
    const costs = dailyCosts(prices, pricedOf(osDisk, plan));
    const priced = costs.flatMap((cost) => ("perDay" in cost ? [cost] : []));
    const total = priced.reduce((sum, { perDay }) => sum + perDay, 0);
    const currency = prices[0]?.currencyCode ?? "USD";
    const parts = priced.map(({ what, perDay }) => `${what} ${perDay.toFixed(2)}`).join(", ");
    const without = costs.filter((cost) => !("perDay" in cost)).map(({ what }) => what);
    const sum = `about ${total.toFixed(2)} ${currency} a day at most, by retail prices: ${parts}`;
    return without.length > 0
      ? warning(
          `${priced.length === 0 ? "" : `${sum}; `}the price list has no price for: ${without.join(", ")}`,
          "see https://azure.microsoft.com/pricing/calculator/",
        )
      : ok(`${sum}; besides the dump's own storage`);
  },
});
