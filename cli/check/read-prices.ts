import type { Known, ManagedDisk } from "../../preflight/facts";
import { metersOf, type Price } from "../../preflight/prices";

/** Microsoft's public price list (learn: cost-management/retail-prices/azure-retail-prices). It wants no sign-in. */
export const PUBLIC_PRICE_LIST = "https://prices.azure.com/api/retail/prices";

/** Longest wait for a page of prices, in milliseconds. */
const TIMEOUT = 10_000;

/** Enough for a size and three meters of one region; a list that is longer is not what was asked for. */
const MOST_PAGES = 5;

/** What prices are asked for. */
export interface PriceQuestion {
  readonly endpoint: string;
  readonly location: string;
  readonly vmSize: string;
  readonly osDisk: Known<ManagedDisk | null>;
  readonly signal: AbortSignal;
}

/** The prices of the repair VM, the disks and the snapshot; never fails, because a price is good to know and no more. */
export async function readPrices(question: PriceQuestion): Promise<Known<readonly Price[]>> {
  const { endpoint, location, vmSize, osDisk, signal } = question;
  const disk = "value" in osDisk ? osDisk.value : null;
  const meters = metersOf({ diskSku: disk?.sku?.name ?? "", diskSizeInGiB: disk?.diskSizeGB ?? 0 });
  const here = `armRegionName eq '${location}' and priceType eq 'Consumption'`;
  const ofDisks = meters.map((meter) => `meterName eq '${meter}'`).join(" or ");
  const filters = [
    `serviceName eq 'Virtual Machines' and ${here} and armSkuName eq '${vmSize}'`,
    `serviceName eq 'Storage' and ${here} and (${ofDisks})`,
  ];
  try {
    const lists = await Promise.all(filters.map((filter) => readList(endpoint, filter, signal)));
    return { value: lists.flat() };
  } catch (error) {
    if (signal.aborted) throw error;
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    return { unknown: `the price list ${endpoint} did not answer: ${reason}` };
  }
}

async function readList(endpoint: string, filter: string, signal: AbortSignal): Promise<Price[]> {
  const query = new URLSearchParams({ "api-version": "2023-01-01-preview", $filter: filter });
  const prices: Price[] = [];
  let url: string | null = `${endpoint}?${query.toString()}`;
  for (let page = 0; url !== null && page < MOST_PAGES; page++) {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const { Items, NextPageLink } = (await response.json()) as { Items: Price[]; NextPageLink?: string | null };
    prices.push(...Items);
    url = NextPageLink ?? null;
  }
  return prices;
}
