import type { Azure } from "../azure";
import { objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import { contains, readAddress, readRange, writeAddress, type AddressRange } from "./address-range";
import { configurationId, configurationsIn, configurationWith } from "./ip-configurations";
import {
  InvalidRequestFormat,
  PrivateIPAddressInUse,
  PrivateIPAddressNotInSubnet,
  PublicIPAddressInUse,
  SubnetIsFull,
} from "./network-errors";
import { referenced } from "./network-type";
import { prefixesOf } from "./subnets";

/** The first four addresses and the last one of a subnet are Azure's own (learn: virtual-networks-faq). */
const RESERVED_FIRST = 4;

/** IP configurations of a network interface that is being put, with private addresses from their subnets. */
export function draftConfigurations(
  azure: Azure,
  nic: ResourceId,
  location: string,
  body: JsonObject,
  existing: Resource | undefined,
): JsonObject[] {
  const given = objectsAt(body, "properties", "ipConfigurations");
  if (given.length === 0) {
    throw new InvalidRequestFormat(`Network interface ${nic.text} must have at least one ip configuration.`);
  }
  const takenHere = new Set<string>();
  return given.map((configuration, index) => {
    const name = textAt(configuration, "name");
    if (name === undefined || name === "") {
      throw new InvalidRequestFormat(`Value for reference id is missing. Path properties.ipConfigurations[${index}].`);
    }
    const id = configurationId(nic, name);
    const subnet = subnetOf(azure, nic, location, configuration);
    const address = privateAddress(azure, nic, id, subnet, configuration, existing, takenHere);
    takenHere.add(address);
    const properties = objectAt(configuration, "properties");
    const publicAddress = publicAddressOf(azure, nic, id, location, configuration);
    return {
      name,
      id,
      type: "Microsoft.Network/networkInterfaces/ipConfigurations",
      properties: {
        primary: index === 0,
        privateIPAddressVersion: "IPv4",
        ...properties,
        privateIPAllocationMethod: isStatic(configuration) ? "Static" : "Dynamic",
        privateIPAddress: address,
        subnet: { id: subnet.id.text },
        publicIPAddress: publicAddress === undefined ? undefined : { id: publicAddress.id.text },
      },
    };
  });
}

function subnetOf(azure: Azure, nic: ResourceId, location: string, configuration: JsonObject): Resource {
  const subnetId = textAt(configuration, "properties", "subnet", "id");
  if (subnetId === undefined) {
    throw new InvalidRequestFormat(`Subnet reference is required for ipConfiguration of ${nic.text}.`);
  }
  return referenced(azure, subnetId, "Microsoft.Network/virtualNetworks/subnets", nic, location);
}

function publicAddressOf(
  azure: Azure,
  nic: ResourceId,
  id: string,
  location: string,
  configuration: JsonObject,
): Resource | undefined {
  const addressId = textAt(configuration, "properties", "publicIPAddress", "id");
  if (addressId === undefined) {
    return undefined;
  }
  const address = referenced(azure, addressId, "Microsoft.Network/publicIPAddresses", nic, location);
  const holder = configurationWith(azure, address.id);
  if (holder !== undefined && holder.id.toLowerCase() !== id.toLowerCase()) {
    throw new PublicIPAddressInUse(id, address.id.text, holder.id);
  }
  return address;
}

function isStatic(configuration: JsonObject): boolean {
  return textAt(configuration, "properties", "privateIPAllocationMethod")?.toLowerCase() === "static";
}

/** A static address as given, the address that the configuration already has, or the lowest free one. */
function privateAddress(
  azure: Azure,
  nic: ResourceId,
  id: string,
  subnet: Resource,
  configuration: JsonObject,
  existing: Resource | undefined,
  takenHere: ReadonlySet<string>,
): string {
  const prefix = prefixesOf(subnet.body)[0] ?? "";
  const range = readRange(prefix);
  if (range === null) {
    throw new SubnetIsFull(subnet.id, prefix);
  }
  const others = configurationsIn(azure, subnet.id).filter((other) => other.nic.id.key !== nic.key);
  const taken = new Map(others.map((other) => [textAt(other.body, "properties", "privateIPAddress") ?? "", other.id]));
  const wanted = isStatic(configuration) ? textAt(configuration, "properties", "privateIPAddress") : undefined;
  if (wanted !== undefined) {
    checkStatic(wanted, range, prefix, id, taken);
    return wanted;
  }
  const own = currentAddress(existing, id, subnet.id);
  return own ?? lowestFree(range, (address) => taken.has(address) || takenHere.has(address)) ?? full(subnet, prefix);
}

function checkStatic(
  wanted: string,
  range: AddressRange,
  prefix: string,
  id: string,
  taken: ReadonlyMap<string, string>,
): void {
  const number = readAddress(wanted);
  const usable = { ...range, first: range.first + RESERVED_FIRST, size: range.size - RESERVED_FIRST - 1 };
  if (number === null || !contains(usable, { first: number, size: 1, aligned: true, normal: wanted })) {
    throw new PrivateIPAddressNotInSubnet(wanted, prefix);
  }
  const holder = taken.get(wanted);
  if (holder !== undefined) {
    throw new PrivateIPAddressInUse(id, wanted, holder);
  }
}

function currentAddress(existing: Resource | undefined, id: string, subnet: ResourceId): string | undefined {
  const before = objectsAt(existing?.body, "properties", "ipConfigurations").find(
    (configuration) => textAt(configuration, "id")?.toLowerCase() === id.toLowerCase(),
  );
  const sameSubnet = textAt(before, "properties", "subnet", "id")?.toLowerCase() === subnet.key;
  return sameSubnet ? textAt(before, "properties", "privateIPAddress") : undefined;
}

function lowestFree({ first, size }: AddressRange, taken: (address: string) => boolean): string | undefined {
  for (let offset = RESERVED_FIRST; offset < size - 1; offset += 1) {
    const address = writeAddress(first + offset);
    if (!taken(address)) {
      return address;
    }
  }
  return undefined;
}

function full(subnet: Resource, prefix: string): never {
  throw new SubnetIsFull(subnet.id, prefix);
}
