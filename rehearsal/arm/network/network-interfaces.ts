import { randomUUID } from "node:crypto";

import type { Azure } from "../azure";
import { objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import type { PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { draftConfigurations } from "./draft-configurations";
import { NicInUse, NicReservedForAnotherVm } from "./network-errors";
import { NETWORK_TYPE, referenced, referenceId } from "./network-type";

/** Key of `Resource.hidden` under which a failed or deleted VM reserves a network interface for itself. */
export const NIC_RESERVATION = "reservation";

/** A reservation: which VM has it, and until when in milliseconds since 1970. */
export interface NicReservation {
  readonly vmId: string;
  readonly until: number;
}

/** Network interfaces (azure-arm.md 3.6, 5). */
export const NETWORK_INTERFACES: ResourceType = {
  ...NETWORK_TYPE,
  type: "Microsoft.Network/networkInterfaces",
  shape: shapeOf("network", "NetworkInterface"),
  patchShape: shapeOf("network", "TagsObject"),
  put: putNetworkInterface,
  delete: ({ azure, existing }) => {
    const vm = vmWith(azure, existing.id);
    if (vm !== undefined) {
      throw new NicInUse(existing.id, vm.id);
    }
    // Reserved for 180 s after a failed VM (azure-arm.md 7.1).
    const reservation = existing.hidden.get(NIC_RESERVATION) as NicReservation | undefined;
    if (reservation !== undefined && reservation.until > Date.now()) {
      throw new NicReservedForAnotherVm(reservation.vmId);
    }
    return {};
  },
  show: showNetworkInterface,
};

function putNetworkInterface({ azure, id, body, existing }: PutRequest): WritePlan {
  const location = textAt(body, "location") ?? "";
  const groupId = referenceId(body, "networkSecurityGroup");
  const group =
    groupId === undefined
      ? undefined
      : referenced(azure, groupId, "Microsoft.Network/networkSecurityGroups", id, location);
  const configurations = draftConfigurations(azure, id, location, body, existing);
  const before = objectAt(existing?.body, "properties");
  return {
    body: {
      ...body,
      kind: "Regular",
      properties: {
        resourceGuid: textAt(before, "resourceGuid") ?? randomUUID(),
        dnsSettings: { dnsServers: [], appliedDnsServers: [] },
        enableAcceleratedNetworking: false,
        enableIPForwarding: false,
        disableTcpStateTracking: false,
        vnetEncryptionSupported: false,
        hostedWorkloads: [],
        tapConfigurations: [],
        nicType: "Standard",
        allowPort25Out: false,
        auxiliaryMode: "None",
        auxiliarySku: "None",
        ...objectAt(body, "properties"),
        ipConfigurations: configurations,
        networkSecurityGroup: group === undefined ? undefined : { id: group.id.text },
        // Set by the VM that has the interface; see showNetworkInterface.
        virtualMachine: undefined,
        macAddress: before.macAddress,
      },
    },
  };
}

function showNetworkInterface(
  { id, body, etag, provisioningState }: Resource,
  { azure }: { azure: Azure },
): JsonObject {
  const vm = vmWith(azure, id);
  const properties = objectAt(body, "properties");
  return {
    ...body,
    properties: {
      ...properties,
      ipConfigurations: objectsAt(properties, "ipConfigurations").map((configuration) => ({
        ...configuration,
        etag,
        properties: { provisioningState, ...objectAt(configuration, "properties") },
      })),
      // Appears once attached (azure-arm.md 5).
      ...(vm === undefined
        ? {}
        : {
            virtualMachine: { id: vm.id.text },
            primary: isPrimary(vm, id),
            macAddress: macAddress(textAt(properties, "resourceGuid") ?? ""),
          }),
    },
  };
}

/** The VM whose network profile names a network interface. */
function vmWith(azure: Azure, nic: ResourceId): Resource | undefined {
  return azure.store
    .ofType("Microsoft.Compute/virtualMachines")
    .find((vm) => profileOf(vm).some((entry) => textAt(entry, "id")?.toLowerCase() === nic.key));
}

/** The primary interface is the one marked so, or the only one. */
function isPrimary(vm: Resource, nic: ResourceId): boolean {
  const profile = profileOf(vm);
  const entry = profile.find((candidate) => textAt(candidate, "id")?.toLowerCase() === nic.key);
  return profile.length === 1 || objectAt(entry, "properties").primary === true;
}

function profileOf(vm: Resource): JsonObject[] {
  return objectsAt(vm.body, "properties", "networkProfile", "networkInterfaces");
}

/** A hardware address in Azure's range, the same for an interface at all times. */
function macAddress(guid: string): string {
  const digits = guid.replaceAll("-", "").slice(0, 6).toUpperCase().padEnd(6, "0");
  return `00-0D-3A-${digits.slice(0, 2)}-${digits.slice(2, 4)}-${digits.slice(4, 6)}`;
}
