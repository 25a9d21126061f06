import type { Lock } from "../../preflight/facts";
import type { Clients } from "./clients";
import { all } from "./known";

/** All management locks in the subscription, wherever they lie. */
export async function readLocks({ locks }: Clients, abortSignal: AbortSignal): Promise<Lock[]> {
  const list = await all(locks.managementLocks.listAtSubscriptionLevel({ abortSignal }));
  return list.map(({ id = "", name = "", level }) => ({
    name,
    level,
    scope: id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i, ""),
  }));
}
