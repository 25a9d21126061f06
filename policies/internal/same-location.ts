import { textAt } from "./properties";
import type { Resource } from "./resource";

/** Whether two resources are in one region, which Azure names both `West Europe` and `westeurope`; undefined when unknown. */
export function sameLocation(one: Resource, other: Resource): boolean | undefined {
  const [here, there] = [one, other].map(({ properties }) =>
    textAt(properties, "location")?.toLowerCase().replace(/\s/g, ""),
  );
  return here === undefined || there === undefined ? undefined : here === there;
}
