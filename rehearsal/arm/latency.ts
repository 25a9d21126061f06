/**
 * Modelled service-side durations in seconds (azure-arm.md 9; one typical value each, so that a job's minutes are the
 * same every time). Keys are `type verb`; an action is `type action`.
 */
const SECONDS: Readonly<Record<string, number>> = {
  // Measured through the real azure-native in westus2: pulumi/examples azure-py-loadbalancer-vm README.
  "microsoft.resources/resourcegroups put": 0.9,
  "microsoft.network/virtualnetworks put": 4,
  "microsoft.network/networksecuritygroups put": 2,
  "microsoft.network/publicipaddresses put": 5,
  "microsoft.network/networkinterfaces put": 5,
  "microsoft.compute/virtualmachines delete": 42,
  "microsoft.network/networkinterfaces delete": 5,
  "microsoft.network/publicipaddresses delete": 20,
  "microsoft.network/virtualnetworks delete": 11,
  "microsoft.network/networksecuritygroups delete": 3,
  // Terraform logs: a rule 4 s, an empty resource group 15-18 s, Windows Server 2022 66 s, storage accounts 18-63 s.
  "microsoft.network/networksecuritygroups/securityrules put": 4,
  "microsoft.network/networksecuritygroups/securityrules delete": 4,
  "microsoft.network/virtualnetworks/subnets put": 4,
  "microsoft.network/virtualnetworks/subnets delete": 11,
  "microsoft.resources/resourcegroups delete": 16,
  "microsoft.compute/virtualmachines put": 66,
  "microsoft.storage/storageaccounts put": 26,
  // Recorded start and end times of operations.
  "microsoft.compute/virtualmachines patch": 0.5,
  "microsoft.compute/virtualmachines/runcommands put": 14.9,
  "microsoft.compute/virtualmachines/runcommands patch": 17.6,
  "microsoft.compute/virtualmachines/runcommands delete": 14.6,
  "microsoft.compute/disks put": 0.125,
  "microsoft.compute/disks begingetaccess": 0.125,
  "microsoft.compute/disks endgetaccess": 0.14,
  "microsoft.compute/snapshots begingetaccess": 0.125,
  "microsoft.compute/snapshots endgetaccess": 0.14,
  // Modelled: Microsoft publishes no time for a snapshot, a full copy of one is usable at once (azure-arm.md 9).
  "microsoft.compute/snapshots put": 2,
  "microsoft.compute/disks delete": 1,
  "microsoft.compute/snapshots delete": 1,
  // Modelled: no figure found for power operations; a third of a VM's creation.
  "microsoft.compute/virtualmachines start": 22,
  "microsoft.compute/virtualmachines poweroff": 22,
  "microsoft.compute/virtualmachines deallocate": 22,
  "microsoft.compute/virtualmachines restart": 22,
  "microsoft.storage/storageaccounts delete": 2,
};

/** Modelled duration of every write that has no figure of its own: a synchronous call with its round trip. */
const SYNCHRONOUS_SECONDS = 0.5;

/** Modelled seconds of a verb (`PUT`, `DELETE`, an action's name) on a resource type. */
export function modelledSeconds(type: string, verb: string): number {
  return SECONDS[`${type} ${verb}`.toLowerCase()] ?? SYNCHRONOUS_SECONDS;
}
