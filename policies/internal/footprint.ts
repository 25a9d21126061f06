import { recordsAt, textAt } from "./properties";
import { parseResourceId } from "./resource-id";
import type { Resource } from "./resource";
import { isOfRepairEnvironment } from "./scope";

/** A VM or disk, as a key: `virtualmachines/GROUP/NAME` or `disks/GROUP/NAME` in lower case. */
export type Machine = string;

const COMPUTE_TYPES = ["virtualmachines", "disks"] as const;

/** Properties by which a resource works on another one that it names by id. */
const TARGETS = ["scope", "resourceUri", "targetResourceId", "virtualMachineId", "managedDiskId"];

/** The VM or disk that an id names, or lies below; undefined for other ids. */
export function machineOf(id: string): Machine | undefined {
  const parsed = parseResourceId(id);
  const type = COMPUTE_TYPES.find((name) => parsed?.type.startsWith(`microsoft.compute/${name}`));
  return parsed && type ? `${type}/${parsed.resourceGroup}/${parsed.names[0] ?? ""}` : undefined;
}

/** The VMs and disks that a resource makes, changes, attaches or works on, as far as they are known. */
export const touched = remembered(readTouched);

/** The broken VM and its disk that a resource of a repair environment tells of, as far as they are known; of others none. */
export const sourcesToldOf = remembered(readSourcesToldOf);

/** Every resource is compared with all before it, so each is read once. */
function remembered(read: (resource: Resource) => readonly Machine[]): (resource: Resource) => readonly Machine[] {
  const known = new WeakMap<Resource, readonly Machine[]>();
  return (resource) => {
    const machines = known.get(resource) ?? read(resource);
    known.set(resource, machines);
    return machines;
  };
}

function readTouched({ type, properties }: Resource): readonly Machine[] {
  const group = textAt(properties, "resourceGroupName");
  const named = (kind: string, name: string | undefined) =>
    group === undefined || name === undefined ? [] : [`${kind}/${group}/${name}`.toLowerCase()];
  const attached = [
    ...recordsAt(properties, "storageProfile.dataDisks").map((disk) => textAt(disk, "managedDisk.id")),
    textAt(properties, "storageProfile.osDisk.managedDisk.id"),
  ];
  const targets = TARGETS.map((property) => textAt(properties, property));
  return [
    ...named("virtualmachines", textAt(properties, "vmName")),
    ...(type === "compute:Disk" ? named("disks", textAt(properties, "diskName")) : []),
    ...[...attached, ...targets].flatMap((id) => machineOf(id ?? "") ?? []),
  ];
}

function readSourcesToldOf(resource: Resource): readonly Machine[] {
  if (!isOfRepairEnvironment(resource)) {
    return [];
  }
  const { type, properties } = resource;
  const tags = ["repair-of", "repair_source"].map((tag) => textAt(properties, `tags.${tag}`));
  const copied =
    type === "compute:Snapshot" || type === "compute:Disk"
      ? textAt(properties, "creationData.sourceResourceId")
      : undefined;
  const disk = machineOf(copied ?? "");
  return [
    ...tags.filter((tag) => tag !== undefined).map((tag) => `virtualmachines/${tag}`.toLowerCase()),
    ...(disk === undefined ? [] : [disk]),
  ];
}
