/** Types of a repair environment that take tags. */
export const TAGGABLE_TYPES: readonly string[] = [
  "compute:Disk",
  "compute:Snapshot",
  "compute:VirtualMachine",
  "compute:VirtualMachineExtension",
  "compute:VirtualMachineRunCommandByVirtualMachine",
  "devtestlab:GlobalSchedule",
  "managedidentity:UserAssignedIdentity",
  "network:BastionHost",
  "network:NatGateway",
  "network:NetworkInterface",
  "network:NetworkSecurityGroup",
  "network:PublicIPAddress",
  "network:VirtualNetwork",
  "resources:ResourceGroup",
  "storage:StorageAccount",
];
