import type { ManagedDisk, Plan, Scope } from "./facts";

/** An action that the caller must be allowed to do for the kit to work. */
export interface NeededAction {
  readonly action: string;
  readonly scope: Scope;
  /** The least built-in role that has it. */
  readonly role: string;
  /** What cannot be done without it. */
  readonly without: "up" | "destroy" | "fetching the dump";
  /** An action on data, which actions of the control plane do not include. */
  readonly data?: true;
}

/** Resource types that `pulumi up` makes, updates and reads, and `pulumi destroy` deletes. */
const MADE = ["Microsoft.Resources/subscriptions/resourceGroups", "Microsoft.Compute/snapshots"];

const MADE_FOR_VM = [
  "Microsoft.Compute/disks",
  "Microsoft.Compute/virtualMachines",
  "Microsoft.Compute/virtualMachines/runCommands",
  "Microsoft.Network/networkInterfaces",
  "Microsoft.Network/networkSecurityGroups",
  "Microsoft.ManagedIdentity/userAssignedIdentities",
  "Microsoft.DevTestLab/schedules",
];

const MADE_FOR_OWN_NETWORK = ["Microsoft.Network/virtualNetworks"];

const PUBLIC_ADDRESS = ["Microsoft.Network/publicIPAddresses"];

const MADE_FOR_OWN_STORE = [
  "Microsoft.Storage/storageAccounts",
  "Microsoft.Storage/storageAccounts/blobServices/containers",
  "Microsoft.Storage/storageAccounts/managementPolicies",
];

/** Every resource type that the kit may make. */
export const MADE_TYPES: readonly string[] = [
  ...MADE,
  ...MADE_FOR_VM,
  ...MADE_FOR_OWN_NETWORK,
  ...PUBLIC_ADDRESS,
  ...MADE_FOR_OWN_STORE,
];

/** What Azure asks for besides when one resource names another (learn: resource-provider-operations). */
const LINKED_BY_VM = [
  "Microsoft.Network/networkInterfaces/join/action",
  "Microsoft.Network/networkSecurityGroups/join/action",
  "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
];

const CONTRIBUTOR = "Contributor";
const ROLE_ADMINISTRATOR = "Role Based Access Control Administrator";
const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** Every action that the kit needs for one broken VM, in the order in which it needs them. */
export function neededActions(osDisk: ManagedDisk | null | undefined, plan: Plan): NeededAction[] {
  const { dumpStoreId } = plan;
  const store = dumpStoreId === undefined ? "subscription" : "dumpStore";
  return [
    ...up("vm", "Reader", "Microsoft.Compute/virtualMachines/read"),
    ...up("osDisk", "Reader", "Microsoft.Compute/disks/read"),
    ...up("osDisk", "Disk Backup Reader", "Microsoft.Compute/disks/beginGetAccess/action"),
    ...(osDisk?.encryption?.diskEncryptionSetId
      ? up("diskEncryptionSet", "Reader", "Microsoft.Compute/diskEncryptionSets/read")
      : []),
    ...(osDisk?.diskAccessId ? up("diskAccess", "Reader", "Microsoft.Compute/diskAccesses/read") : []),
    ...made("subscription", CONTRIBUTOR, ...MADE),
    // A disk is made from the snapshot; with probe and extractFromSnapshot it is read, too.
    ...up(
      "subscription",
      CONTRIBUTOR,
      "Microsoft.Compute/snapshots/beginGetAccess/action",
      "Microsoft.Compute/snapshots/endGetAccess/action",
    ),
    ...(plan.extractFromSnapshot
      ? []
      : [
          ...made("subscription", CONTRIBUTOR, ...MADE_FOR_VM),
          ...up("subscription", CONTRIBUTOR, ...LINKED_BY_VM),
          ...network(plan),
        ]),
    ...(dumpStoreId === undefined
      ? made("subscription", CONTRIBUTOR, ...MADE_FOR_OWN_STORE)
      : up("dumpStore", "Reader", "Microsoft.Storage/storageAccounts/read", `${BLOBS.replace(/\/blobs$/, "")}/read`)),
    // Nobody gets a role on a container that was there before from who copies the dump into it.
    ...(plan.extractFromSnapshot && dumpStoreId !== undefined
      ? [onBlobs("write", "Storage Blob Data Contributor", "up")]
      : made(store, ROLE_ADMINISTRATOR, "Microsoft.Authorization/roleAssignments")),
    // For a new store the stack's nextSteps say how to give oneself the role, once there is something to give it for.
    ...(dumpStoreId === undefined ? [] : [onBlobs("read", "Storage Blob Data Reader", "fetching the dump")]),
  ];
}

/** What the repair VM's network takes: one of its own or an existing subnet, with a public address or without. */
function network({ subnetId, publicAddress }: Plan): NeededAction[] {
  const own = [...(subnetId === undefined ? MADE_FOR_OWN_NETWORK : []), ...(publicAddress ? PUBLIC_ADDRESS : [])];
  return [
    ...made("subscription", CONTRIBUTOR, ...own),
    ...(publicAddress ? up("subscription", CONTRIBUTOR, "Microsoft.Network/publicIPAddresses/join/action") : []),
    ...(subnetId === undefined
      ? up("subscription", CONTRIBUTOR, "Microsoft.Network/virtualNetworks/subnets/join/action")
      : [
          ...up("subnet", "Reader", "Microsoft.Network/virtualNetworks/read"),
          ...up("subnet", "Network Contributor", "Microsoft.Network/virtualNetworks/subnets/join/action"),
        ]),
  ];
}

function onBlobs(verb: "read" | "write", role: string, without: NeededAction["without"]): NeededAction {
  return { action: `${BLOBS}/${verb}`, scope: "dumpStore", role, without, data: true };
}

function up(scope: Scope, role: string, ...actions: string[]): NeededAction[] {
  return actions.map((action) => ({ action, scope, role, without: "up" }));
}

function made(scope: Scope, role: string, ...types: string[]): NeededAction[] {
  return types.flatMap((type): NeededAction[] => [
    ...up(scope, role, `${type}/read`, `${type}/write`),
    { action: `${type}/delete`, scope, role, without: "destroy" },
  ]);
}
