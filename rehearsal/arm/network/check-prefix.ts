import type { ResourceId } from "../resource-id";
import { readRange, type AddressRange } from "./address-range";
import { InvalidAddressPrefixFormat, InvalidCIDRNotation } from "./network-errors";

/** The range of an address prefix of a network or subnet; refuses text that is none, or has bits below its mask. */
export function checkPrefix(prefix: string, of: ResourceId): AddressRange {
  const range = readRange(prefix);
  if (range === null) {
    throw new InvalidAddressPrefixFormat(prefix, of);
  }
  if (!range.aligned) {
    throw new InvalidCIDRNotation(prefix, range.normal);
  }
  return range;
}
