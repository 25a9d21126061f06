import type { Usage } from "../../preflight/facts";
import type { Clients } from "./clients";
import { all } from "./known";

/** What the subscription uses of Compute in a region, and what it may use. */
export async function readUsages(location: string, { compute }: Clients, abortSignal: AbortSignal): Promise<Usage[]> {
  const list = await all(compute.usageOperations.list(location, { abortSignal }));
  return list.map(({ name, currentValue, limit }) => ({
    name: name.value ?? "",
    title: name.localizedValue ?? name.value ?? "",
    used: currentValue,
    limit,
  }));
}
