import type { Azure } from "../azure";
import { objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";

/** An IP configuration of a network interface. */
export interface IpConfiguration {
  /** `{nicId}/ipConfigurations/{name}`. */
  readonly id: string;
  readonly nic: Resource;
  readonly body: JsonObject;
}

/** All IP configurations of all network interfaces. */
export function ipConfigurations(azure: Azure): IpConfiguration[] {
  return azure.store.ofType("Microsoft.Network/networkInterfaces").flatMap((nic) =>
    objectsAt(nic.body, "properties", "ipConfigurations").map((body) => ({
      id: configurationId(nic.id, textAt(body, "name") ?? ""),
      nic,
      body,
    })),
  );
}

/** Id of an IP configuration. */
export function configurationId(nic: ResourceId, name: string): string {
  return `${nic.text}/ipConfigurations/${name}`;
}

/** IP configurations with an address of a subnet. */
export function configurationsIn(azure: Azure, subnet: ResourceId): IpConfiguration[] {
  return ipConfigurations(azure).filter(
    ({ body }) => textAt(body, "properties", "subnet", "id")?.toLowerCase() === subnet.key,
  );
}

/** The IP configuration that has a public address, if any. */
export function configurationWith(azure: Azure, address: ResourceId): IpConfiguration | undefined {
  return ipConfigurations(azure).find(
    ({ body }) => textAt(body, "properties", "publicIPAddress", "id")?.toLowerCase() === address.key,
  );
}
