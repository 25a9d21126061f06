import type { Answer } from "../answer";
import type { ArmRequest } from "../arm-request";
import { NotSimulated } from "../gateway-errors";
import { pricesOf, type PriceRow } from "./price-list";

/** Path of the price list, which in Azure has a host of its own, prices.azure.com. */
export const PRICES_PATH = "/api/retail/prices";

/** Rows of a page. */
const PAGE = 1000;

/**
 * The Retail Prices API, which wants no token (learn: cost-management/retail-prices/azure-retail-prices); undefined for
 * any other path. Since 2023-01-01-preview values compare with case.
 */
export function answerPrices(request: ArmRequest, endpoint: string): Answer | undefined {
  if (request.method !== "GET" || request.path.toLowerCase() !== PRICES_PATH) {
    return undefined;
  }
  const filter = request.query.get("filter") ?? "";
  const region = /armRegionName eq '([^']*)'/.exec(filter)?.[1];
  if (region === undefined) {
    throw new NotSimulated("GET", `${PRICES_PATH} without armRegionName`);
  }
  const rows = pricesOf(region).filter(condition(filter));
  const skip = Number(request.query.get("skip") ?? 0);
  const items = rows.slice(skip, skip + PAGE);
  const rest = skip + PAGE < rows.length;
  const next = new URLSearchParams({ $filter: filter, $skip: String(skip + PAGE) });
  return {
    status: 200,
    body: {
      BillingCurrency: "USD",
      CustomerEntityId: "Default",
      CustomerEntityType: "Retail",
      Items: items.map((row) => ({ currencyCode: "USD", unitPrice: row.retailPrice, tierMinimumUnits: 0, ...row })),
      NextPageLink: rest ? `${endpoint}${PRICES_PATH}?${next.toString()}` : null,
      Count: items.length,
    },
  };
}

/** `a eq 'x'` joined by `and`, `or` and parentheses, the part of OData that the API's examples use. */
function condition(filter: string): (row: PriceRow) => boolean {
  const tokens = filter.match(/\(|\)|'[^']*'|[^\s()]+/g) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? "";
  const fail = (): never => {
    throw new NotSimulated("GET", `${PRICES_PATH}?$filter=${filter}`);
  };
  const term = (): ((row: PriceRow) => boolean) => {
    const name = next();
    if (name === "(") {
      const inner = either();
      return next() === ")" ? inner : fail();
    }
    const value = next() === "eq" ? /^'(.*)'$/.exec(next())?.[1] : undefined;
    const field = (name === "priceType" ? "type" : name) as keyof PriceRow;
    return value === undefined ? fail() : (row) => row[field] === value;
  };
  const joined = (word: string, part: typeof term, join: (results: boolean[]) => boolean) => () => {
    const parts = [part()];
    while (tokens[at] === word) {
      at++;
      parts.push(part());
    }
    return (row: PriceRow) => join(parts.map((one) => one(row)));
  };
  const both = joined("and", term, (results) => results.every(Boolean));
  const either = joined("or", both, (results) => results.some(Boolean));
  const whole = either();
  return at === tokens.length ? whole : fail();
}
