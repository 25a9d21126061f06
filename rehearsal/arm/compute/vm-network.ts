import { objectsAt, textAt, valueAt, type JsonObject } from "../json";
import { parseResourceId } from "../resource-id";
import { normalizeLocation } from "./copy-source";
import { BadRequest, InvalidParameter, InvalidResourceReference, NicInUse, OperationNotAllowed } from "./errors";
import { nicIdsOf, ownerOfNic, powerOf } from "./ownership";
import type { VmContext } from "./vm-data-disks";

/** Checks the network interfaces a VM names and returns them as they are shown. */
export function planNetwork(context: VmContext, body: JsonObject): JsonObject {
  const { existing } = context;
  const references = objectsAt(body, "properties", "networkProfile", "networkInterfaces");
  if (references.length === 0) {
    throw new InvalidParameter("Required parameter 'networkProfile' is missing (null).", "networkProfile");
  }
  for (const reference of references) {
    checkInterface(context, textAt(reference, "id") ?? "");
  }
  const primaries = references.filter((reference) => valueAt(reference, "properties", "primary") === true);
  if (references.length > 1 && primaries.length !== 1) {
    // learn: multiple network interfaces, exactly one is primary; wording modelled
    throw new BadRequest(
      "A virtual machine with several network interfaces has exactly one that is primary.",
      "networkProfile",
    );
  }
  const changed = existing !== undefined && nicIdsOf(existing.body).join() !== nicIdsOf(body).join();
  if (changed && powerOf(existing) !== "deallocated") {
    // learn: virtual-network-network-interface-vm, the VM must be stopped (deallocated); wording modelled
    throw new OperationNotAllowed(
      `Network interfaces of VM ${context.id.name} can only be added or removed while the VM is deallocated.`,
      {
        target: "networkProfile",
      },
    );
  }
  return { networkInterfaces: references };
}

function checkInterface({ azure, id, location }: VmContext, nicId: string): void {
  const parsed = parseResourceId(nicId);
  const nic = parsed === null ? undefined : azure.store.get(parsed);
  if (parsed?.type.toLowerCase() !== "microsoft.network/networkinterfaces" || nic === undefined) {
    throw new InvalidResourceReference(nicId, id.text);
  }
  if (normalizeLocation(textAt(nic.body, "location") ?? "") !== normalizeLocation(location)) {
    throw new InvalidResourceReference(nicId, id.text);
  }
  const owner = ownerOfNic(azure, parsed.key);
  if (owner !== undefined && owner.id.key !== id.key) {
    throw new NicInUse(parsed.text, owner.id.text);
  }
}
