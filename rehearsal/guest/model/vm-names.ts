/**
 * Resource group and name of the broken VM as a command line takes them; GROUP and VM where they cannot be told.
 *
 * Only what Azure allows in names: anything else could be more than a name where it is pasted.
 */
export function vmNames(sourceVmId: string): [group: string, vm: string] {
  const names = /\/resourceGroups\/([\p{L}\p{Nd}_.()-]+)\/.*\/virtualMachines\/([\p{L}\p{Nd}_.-]+)$/iu.exec(sourceVmId);
  const quoted = (name: string): string => (/[()]/.test(name) ? `"${name}"` : name);
  return [quoted(names?.[1] ?? "GROUP"), quoted(names?.[2] ?? "VM")];
}
