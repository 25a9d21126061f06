import type { Permission } from "./permissions";
import type { Price } from "./prices";
import type { TagRequirement } from "./tag-requirements";

/** What was asked of Azure: what it is, or why that could not be found out. */
export type Known<T> = { readonly value: T } | { readonly unknown: string };

/** What a stack would be told: the choices that checks depend on. */
export interface Plan {
  /** Size of the repair VM. */
  readonly vmSize: string;
  /** Whether the repair VM gets a public address. */
  readonly publicAddress?: boolean;
  /** Whether the dump is looked for on the snapshot, from outside, before there is a repair VM. */
  readonly extractFromSnapshot?: boolean;
  /** Tags of everything that is made, the kit's own among them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Resource id of an existing subnet for the repair VM. */
  readonly subnetId?: string;
  /** Resource id of an existing blob container for the dump. */
  readonly dumpStoreId?: string;
}

/** Everything that checks may need to know, by name. */
export interface FactValues {
  /** The broken VM; null when there is none of this name. */
  readonly vm: VirtualMachine | null;
  /** Its OS disk; null when the VM has no managed one. */
  readonly osDisk: ManagedDisk | null;
  /** The existing network that the repair VM shall join, and the name of the subnet in it; null when there is none. */
  readonly network: VirtualNetwork | null;
  /** The storage account of the existing dump store; null when account or container are not there. */
  readonly dumpStore: StorageAccount | null;
  /** The disk access that the OS disk is exported through; null when it is not there. */
  readonly diskAccess: { readonly name?: string } | null;
  /** VM sizes that Azure sells in the region of the OS disk. */
  readonly sizes: readonly OfferedSize[];
  /** What is used, and what may be, in the region of the OS disk. */
  readonly usages: readonly Usage[];
  /** All management locks in the subscription. */
  readonly locks: readonly Lock[];
  /** What the caller may do, by the scope where the kit works. */
  readonly rights: Readonly<Partial<Record<Scope, ScopeRights>>>;
  /** Tags without which Azure Policy refuses what the kit makes. */
  readonly tagRequirements: readonly TagRequirement[];
  /** Retail prices in the region of the OS disk. */
  readonly prices: readonly Price[];
}

/** What is known. A fact that nobody asked for is missing, and so are the checks that need it. */
export type Facts = { readonly [Name in keyof FactValues]?: Known<FactValues[Name]> };

/** A place in Azure where the kit works. */
export type Scope = "vm" | "osDisk" | "diskEncryptionSet" | "diskAccess" | "subscription" | "subnet" | "dumpStore";

/** What the caller may do in one place. */
export interface ScopeRights {
  /** Resource id of the place. */
  readonly id: string;
  readonly permissions: Known<readonly Permission[]>;
}

/** A VM as Azure shows it: the management client and the Pulumi provider name its parts alike. */
export interface VirtualMachine {
  readonly id?: string;
  readonly name?: string;
  readonly location: string;
  readonly zones?: readonly string[];
  readonly securityProfile?: { readonly securityType?: string; readonly encryptionAtHost?: boolean };
  readonly storageProfile?: {
    readonly imageReference?: { readonly sku?: string };
    readonly osDisk?: {
      readonly osType?: string;
      readonly diffDiskSettings?: { readonly option?: string };
      readonly managedDisk?: { readonly id?: string };
      readonly encryptionSettings?: { readonly enabled?: boolean };
    };
  };
}

/** A managed disk as Azure shows it: the management client and the Pulumi provider name its parts alike. */
export interface ManagedDisk {
  readonly id?: string;
  readonly location: string;
  readonly zones?: readonly string[];
  readonly sku?: { readonly name?: string };
  readonly diskSizeGB?: number;
  /** `V1` or `V2`; absent counts as `V1`. */
  readonly hyperVGeneration?: string;
  readonly securityProfile?: { readonly securityType?: string };
  readonly encryption?: { readonly type?: string; readonly diskEncryptionSetId?: string };
  readonly encryptionSettingsCollection?: { readonly enabled?: boolean };
  readonly purchasePlan?: { readonly name: string; readonly publisher: string; readonly product: string };
  readonly networkAccessPolicy?: string;
  readonly publicNetworkAccess?: string;
  readonly diskAccessId?: string;
  readonly dataAccessAuthMode?: string;
}

/** A virtual network as Azure shows it. */
export interface VirtualNetwork {
  readonly location?: string;
  readonly subnets?: readonly { readonly name?: string }[];
}

/** A storage account, as far as a dump store needs it. */
export interface StorageAccount {
  readonly name: string;
  readonly publicNetworkAccess?: string;
  /** `Allow` or `Deny`: what the account's firewall does with addresses that no rule names. */
  readonly defaultAction?: string;
}

/** A VM size as a region sells it to a subscription. */
export interface OfferedSize {
  readonly name: string;
  /** Quota family, like `standardDSv5Family`. */
  readonly family: string;
  readonly cores: number;
  /** Memory in GiB. */
  readonly memory: number;
  /** Hyper-V generations that it starts, `V1` and `V2`. */
  readonly generations: readonly string[];
  readonly trustedLaunch: boolean;
  readonly premiumDisks: boolean;
  /** `x64` or `Arm64`. */
  readonly architecture: string;
  /** Why the subscription cannot have it anywhere in the region, like `NotAvailableForSubscription`; absent when it can. */
  readonly restriction?: string;
  /** Availability zones in which the subscription can have it. */
  readonly zones: readonly string[];
}

/** How much of something a subscription uses in a region. */
export interface Usage {
  /** Like `cores`, `standardDSv5Family`, `StandardSnapshotCount`. */
  readonly name: string;
  /** The same for people, like `Total Regional vCPUs`. */
  readonly title: string;
  readonly used: number;
  readonly limit: number;
}

/** A management lock. */
export interface Lock {
  readonly name: string;
  /** `ReadOnly` or `CanNotDelete`. */
  readonly level: string;
  /** Resource id of what is locked, with everything below it. */
  readonly scope: string;
}
