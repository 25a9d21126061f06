/** What a resource is for, in the words of the story; by Pulumi type token. Types not listed are told by their type alone. */
const purposes: Readonly<Record<string, string>> = {
  "azure-native:resources:ResourceGroup": "resource group",
  "azure-native:compute:Snapshot": "snapshot of the broken VM's OS disk; the disk itself is only read",
  "azure-native:compute:Disk": "disk made from the snapshot: the copy that is worked on",
  "azure-native:network:VirtualNetwork": "virtual network of the repair VM",
  "azure-native:network:Subnet": "subnet of the repair VM",
  "azure-native:network:NetworkSecurityGroup": "network security group: nothing comes in but what you allowed",
  "azure-native:network:PublicIPAddress": "public address for RDP, since you named sources",
  "azure-native:network:NetworkInterface": "network interface of the repair VM",
  "azure-native:compute:VirtualMachine": "repair VM, with the copy attached as a data disk",
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": "run command on the repair VM",
  "azure-native:managedidentity:UserAssignedIdentity": "identity with which the repair VM uploads the dump",
  "azure-native:authorization:RoleAssignment": "the identity may write to the dump container, and to nothing else",
  "azure-native:storage:StorageAccount": "storage account of the dump store",
  "azure-native:storage:BlobContainer": "container for the dump",
  "azure-native:storage:ManagementPolicy": "rule that deletes old dumps",
  "azure-native:devtestlab:GlobalSchedule": "daily shutdown of the repair VM",
  "random:index/randomPassword:RandomPassword": "password for RDP",
  "random:index/randomUuid7:RandomUuid7": "time of the first up, for the tag expires-on",
};

/** Last part of a type token, like VirtualMachine. */
export function shortType(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

/** One line on a resource for the story, or null for what is no resource of Azure (stack, components, providers). */
export function tellResource(type: string, name: string): string | null {
  if (type.startsWith("pulumi:") || type.startsWith("azure-repair-kit:")) {
    return null;
  }
  const purpose = purposes[type];
  return `${shortType(type).padEnd(24)} ${name}${purpose === undefined ? "" : `: ${purpose}`}`;
}
