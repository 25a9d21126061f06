/** For a type of azure-native, the input that names it, and where its id lies. */
const KINDS: Readonly<Record<string, readonly [nameInput: string, path: string]>> = {
  "resources:ResourceGroup": ["resourceGroupName", ""],
  "compute:Disk": ["diskName", "Microsoft.Compute/disks"],
  "compute:Snapshot": ["snapshotName", "Microsoft.Compute/snapshots"],
  "compute:VirtualMachine": ["vmName", "Microsoft.Compute/virtualMachines"],
  "network:NetworkSecurityGroup": ["networkSecurityGroupName", "Microsoft.Network/networkSecurityGroups"],
  "storage:StorageAccount": ["accountName", "Microsoft.Storage/storageAccounts"],
  "storage:BlobContainer": [
    "containerName",
    "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers",
  ],
};

type Inputs = Readonly<Record<string, unknown>>;

/** Inputs as azure-native's check returns them: with a name of the resource in Azure. */
export function named(token: string, name: string, inputs: Inputs): Inputs {
  const [nameInput] = KINDS[shortType(token)] ?? [];
  return nameInput === undefined ? inputs : { [nameInput]: `${name.replace(/\W+/g, "-")}1a2b`, ...inputs };
}

/** What azure-native answers: no path parameters, but `id` and `name`. */
export function outputsOf(token: string, name: string, inputs: Inputs): Inputs & { id: string; name: string } {
  const [nameInput = "", path = "Some.Service/things"] = KINDS[shortType(token)] ?? [];
  const given = inputs[nameInput];
  const azureName = typeof given === "string" ? given : name.replace(/\W+/g, "-");
  const text = (value: unknown) => (typeof value === "string" ? value : "none");
  const group = `/subscriptions/s/resourceGroups/${text(inputs.resourceGroupName)}`;
  const place = path.replace("{accountName}", text(inputs.accountName));
  const rest = Object.entries(inputs).filter(
    ([key]) => !/^(resourceGroup|account|vm)Name$/.test(key) && key !== nameInput,
  );
  return {
    ...Object.fromEntries(rest),
    id: path === "" ? group : `${group}/providers/${place}/${azureName}`,
    name: azureName,
  };
}

function shortType(token: string): string {
  return token.replace(/^azure-native[^:]*:/, "").replace(/\/v\w+/, "");
}
