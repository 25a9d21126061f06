import type { FactValues } from "../../preflight/facts";
import { parseResourceId } from "../../preflight/resource-id";
import type { Clients } from "./clients";
import { found } from "./known";

/** The network that a subnet is in. Read as a generic resource, as other parts that exist: their own clients are large. */
export async function readNetwork(
  subnetId: string,
  clients: Clients,
  abortSignal: AbortSignal,
): Promise<FactValues["network"]> {
  const networkId = subnetId.replace(/\/subnets\/[^/]+$/i, "");
  const network = await found(clients.resources.resources.getById(networkId, "2024-05-01", { abortSignal }));
  const properties = network?.properties as { subnets?: { name?: string }[] } | undefined;
  return network === null ? null : { location: network.location, subnets: properties?.subnets ?? [] };
}

/** The storage account of a blob container, if the container is there. */
export async function readDumpStore(
  containerId: string,
  clients: Clients,
  abortSignal: AbortSignal,
): Promise<FactValues["dumpStore"]> {
  const accountId = containerId.replace(/\/blobServices\/.*$/i, "");
  const read = (id: string) => found(clients.resources.resources.getById(id, "2024-01-01", { abortSignal }));
  const [account, container] = await Promise.all([read(accountId), read(containerId)]);
  if (account === null || container === null) return null;
  const { publicNetworkAccess, networkAcls } = account.properties as {
    publicNetworkAccess?: string;
    networkAcls?: { defaultAction?: string };
  };
  return { name: account.name ?? "", publicNetworkAccess, defaultAction: networkAcls?.defaultAction };
}

/** The disk access that a disk is exported through. */
export async function readDiskAccess(
  id: string,
  { compute }: Clients,
  abortSignal: AbortSignal,
): Promise<FactValues["diskAccess"]> {
  const parsed = parseResourceId(id);
  return found(compute.diskAccesses.get(parsed?.resourceGroupName ?? "", parsed?.names[0] ?? "", { abortSignal }));
}
