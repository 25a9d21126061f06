import { addressesOf, EVERYWHERE, union, without, type AddressSet } from "./address-set";

/** Ranges that the internet does not route: private, shared, loopback, link-local, multicast (RFC 6890 and its registries). */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
  "::/127",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
];

/** Every address from which a packet may come over the internet. */
export const PUBLIC_ADDRESSES: AddressSet = without(
  EVERYWHERE,
  union(...NOT_PUBLIC.map((range) => addressesOf(range) ?? [])),
);
