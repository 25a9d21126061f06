import type { PropertyValue } from "../property-values";
import type { ClientName } from "./sdk-clients";

/** How one type of resource is reached through its SDK client, and how the real plugin treats it. */
export interface ResourceType {
  /** Type token of the package, `azure-native:compute:Snapshot`. */
  readonly token: string;
  readonly client: ClientName;
  /** Property of the client that holds the operations. */
  readonly group: string;
  readonly get: string;
  readonly put: string;
  /** Used instead of `put` where a body takes something away by null; only types with identities need it. */
  readonly patch?: string;
  /** Absent for a singleton, which is "deleted" by writing its default body. */
  readonly delete?: string;
  /** Default API version of azure-native 3.28.0. */
  readonly apiVersion: string;
  /** Inputs that are path parameters, in the order of the SDK's arguments. The last is the name, given automatically if absent. */
  readonly path: readonly string[];
  /** Path parameters at the end that the SDK fills in itself. */
  readonly pathOfSdk?: number;
  /** How an absent name is made: logical name and eight hexadecimal digits, or a GUID. @default random */
  readonly autoName?: "random" | "guid";
  /** Body properties that need a replacement besides the path parameters (pulumi-azure-native, provider/pkg/gen/replacement.go). */
  readonly forceNew?: readonly string[];
  /** Properties that the SDK would send but azure-native takes for outputs only. */
  readonly outputOnly?: readonly string[];
  /** Sub-resources with a type of their own: unset ones keep what Azure has. */
  readonly maintained?: readonly string[];
  /** Written for properties that were set and are no longer (pulumi-azure-native, provider/pkg/gen/propertyDefaults.go). */
  readonly defaultWhenRemoved?: Readonly<Record<string, PropertyValue>>;
}

const compute = { client: "compute", put: "beginCreateOrUpdate", delete: "beginDelete" } as const;
const network = {
  client: "network",
  get: "get",
  put: "beginCreateOrUpdate",
  delete: "beginDelete",
  apiVersion: "2024-05-01",
} as const;
const storage = { client: "storage", apiVersion: "2024-01-01" } as const;

/** The resource types that the stand-in serves. To add one, add an entry; its shapes come from the SDK package. */
export const resourceTypes: readonly ResourceType[] = [
  {
    token: "azure-native:resources:ResourceGroup",
    client: "resources",
    group: "resourceGroups",
    get: "get",
    put: "createOrUpdate",
    delete: "beginDelete",
    apiVersion: "2024-03-01",
    path: ["resourceGroupName"],
    outputOnly: ["properties"],
    forceNew: ["location"],
  },
  {
    token: "azure-native:compute:Snapshot",
    ...compute,
    group: "snapshots",
    get: "get",
    apiVersion: "2024-03-02",
    path: ["resourceGroupName", "snapshotName"],
  },
  {
    token: "azure-native:compute:Disk",
    ...compute,
    group: "disks",
    get: "get",
    apiVersion: "2024-03-02",
    path: ["resourceGroupName", "diskName"],
    outputOnly: ["propertyUpdatesInProgress"],
  },
  {
    token: "azure-native:compute:VirtualMachine",
    ...compute,
    group: "virtualMachines",
    get: "get",
    patch: "beginUpdate",
    apiVersion: "2024-11-01",
    path: ["resourceGroupName", "vmName"],
    outputOnly: ["instanceView"],
  },
  {
    token: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    ...compute,
    group: "virtualMachineRunCommands",
    get: "getByVirtualMachine",
    apiVersion: "2024-11-01",
    path: ["resourceGroupName", "vmName", "runCommandName"],
    outputOnly: ["instanceView"],
  },
  {
    token: "azure-native:network:VirtualNetwork",
    ...network,
    group: "virtualNetworks",
    path: ["resourceGroupName", "virtualNetworkName"],
    forceNew: ["location"],
    maintained: ["subnets"],
  },
  {
    token: "azure-native:network:Subnet",
    ...network,
    group: "subnets",
    path: ["resourceGroupName", "virtualNetworkName", "subnetName"],
  },
  {
    token: "azure-native:network:NetworkSecurityGroup",
    ...network,
    group: "networkSecurityGroups",
    path: ["resourceGroupName", "networkSecurityGroupName"],
    maintained: ["securityRules"],
  },
  {
    token: "azure-native:network:SecurityRule",
    ...network,
    group: "securityRules",
    path: ["resourceGroupName", "networkSecurityGroupName", "securityRuleName"],
  },
  {
    token: "azure-native:network:PublicIPAddress",
    ...network,
    group: "publicIPAddresses",
    path: ["resourceGroupName", "publicIpAddressName"],
    outputOnly: ["ipConfiguration"],
    forceNew: ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"],
  },
  {
    token: "azure-native:network:NetworkInterface",
    ...network,
    group: "networkInterfaces",
    path: ["resourceGroupName", "networkInterfaceName"],
    outputOnly: ["virtualMachine", "privateEndpoint", "dscpConfiguration"],
  },
  {
    token: "azure-native:storage:StorageAccount",
    ...storage,
    group: "storageAccounts",
    get: "getProperties",
    put: "beginCreate",
    patch: "update",
    delete: "delete",
    path: ["resourceGroupName", "accountName"],
    forceNew: ["isHnsEnabled", "location"],
    defaultWhenRemoved: {
      networkRuleSet: { bypass: "AzureServices", defaultAction: "Allow", ipRules: [], virtualNetworkRules: [] },
    },
  },
  {
    token: "azure-native:storage:BlobContainer",
    ...storage,
    group: "blobContainers",
    get: "get",
    put: "create",
    delete: "delete",
    path: ["resourceGroupName", "accountName", "containerName"],
    outputOnly: ["immutabilityPolicy", "legalHold"],
  },
  {
    token: "azure-native:storage:BlobServiceProperties",
    ...storage,
    group: "blobServices",
    get: "getServiceProperties",
    put: "setServiceProperties",
    path: ["resourceGroupName", "accountName", "blobServicesName"],
    outputOnly: ["sku"],
    pathOfSdk: 1,
  },
  {
    token: "azure-native:storage:ManagementPolicy",
    ...storage,
    group: "managementPolicies",
    get: "get",
    put: "createOrUpdate",
    delete: "delete",
    path: ["resourceGroupName", "accountName", "managementPolicyName"],
  },
  {
    token: "azure-native:managedidentity:UserAssignedIdentity",
    client: "managedIdentity",
    group: "userAssignedIdentities",
    get: "get",
    put: "createOrUpdate",
    delete: "delete",
    apiVersion: "2023-01-31",
    path: ["resourceGroupName", "resourceName"],
    outputOnly: ["systemData"],
    // The shared definition of a tracked resource, which this type uses, says that a location is given at creation only.
    forceNew: ["location"],
  },
  {
    token: "azure-native:authorization:RoleAssignment",
    client: "authorization",
    group: "roleAssignments",
    get: "get",
    put: "create",
    delete: "delete",
    apiVersion: "2022-04-01",
    path: ["scope", "roleAssignmentName"],
    autoName: "guid",
    forceNew: ["principalId"],
  },
  {
    token: "azure-native:devtestlab:GlobalSchedule",
    client: "devTestLabs",
    group: "globalSchedules",
    get: "get",
    put: "createOrUpdate",
    delete: "delete",
    apiVersion: "2018-09-15",
    path: ["resourceGroupName", "name"],
  },
];

const byToken = new Map(resourceTypes.map((type) => [type.token, type]));

/** A type of resource that the stand-in does not serve. */
export class UnknownResourceTypeError extends Error {
  override readonly name = "UnknownResourceTypeError";
}

/**
 * Finds a type by its token.
 *
 * @throws UnknownResourceTypeError
 */
export function resourceTypeOf(token: string): ResourceType {
  const type = byToken.get(token);
  if (type !== undefined) return type;
  const plain = token.replace(/\/v\d{8}(preview)?:/, ":");
  const hint = byToken.has(plain)
    ? `it serves ${plain} at API version ${byToken.get(plain)?.apiVersion ?? ""} only`
    : "the real azure-native plugin may know it; to serve it in rehearsals add it to rehearsal/provider/azure-native/resource-types.ts";
  throw new UnknownResourceTypeError(`Resource type ${token} not found by the azure-native stand-in: ${hint}`);
}
