import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";

import { containerIdProblem, readContainerUrl } from "./internal/container";
import { storageAccountLogicalName } from "./internal/names";
import { parseResourceId } from "../preflight/resource-id";
import { kitTags } from "./internal/tags";
import { checked, checkedIfGiven } from "./internal/validate";

const CONTAINER_NAME = "dumps";

/** Long enough for a support case. */
const DEFAULT_RETENTION_DAYS = 90;

/**
 * Storage Blob Data Contributor, the least of the built-in roles that writes blobs.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage#storage-blob-data-contributor
 */
const BLOB_WRITER_ROLE = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

/** Arguments of {@link DumpStore}. */
export interface DumpStoreArgs {
  /** Region of a new store. */
  location: pulumi.Input<string>;

  /**
   * Resource id of an existing blob container to use instead of a new one. It is left as it is, and stays.
   *
   * @default a new resource group, storage account and container
   */
  containerId?: pulumi.Input<string>;

  /**
   * Object id of the identity that may write to the container.
   *
   * @default nobody new
   */
  writerPrincipalId?: pulumi.Input<string>;

  /**
   * What that identity is: `ServicePrincipal`, `User` or `Group`. A managed identity is a service principal.
   *
   * @default `ServicePrincipal`
   */
  writerPrincipalType?: pulumi.Input<string>;

  /**
   * Whether a new store, with all that is in it, stays in Azure when `destroy` is run or the stack no longer has it.
   *
   * @default `true`
   */
  keepEvidence?: boolean;

  /**
   * Days after which a new store deletes a dump.
   *
   * @default 90
   */
  retentionDays?: pulumi.Input<number>;

  /** Tags of a new store, besides the kit's own. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A place for crash dumps: a blob container that no one reads without a role, in a resource group of its own.
 *
 * The storage account takes no anonymous requests, no account keys and no TLS older than 1.2. With `keepEvidence` it
 * survives `destroy`; the writer's role assignment does not, because its identity is gone by then. It costs what the
 * dumps in it cost.
 *
 * @example
 * const store = new DumpStore("evidence", { location: "westeurope", writerPrincipalId: vm.identityPrincipalId });
 */
export class DumpStore extends pulumi.ComponentResource {
  /** Resource id of the blob container. */
  public readonly containerId: pulumi.Output<string>;
  /** URL of the blob container, known once the writer has its role. */
  public readonly containerUrl: pulumi.Output<string>;

  constructor(name: string, args: DumpStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    // Without the writer among the recorded inputs the store need not wait for the identity, only the role does.
    super("azure-repair-kit:index:DumpStore", name, { ...args, writerPrincipalId: undefined }, opts);

    const existing = checkedIfGiven(args.containerId, this, (id) => containerIdProblem("containerId", id));
    const retentionDays = checked(args.retentionDays ?? DEFAULT_RETENTION_DAYS, this, retentionDaysProblem);
    const container = existing
      ? { id: existing, url: existing.apply((id) => readContainerUrl("containerId", id, this)) }
      : newContainer(name, args, retentionDays, this);
    const role =
      args.writerPrincipalId === undefined
        ? undefined
        : new RoleAssignment(
            `${name}-role`,
            {
              scope: container.id,
              principalId: args.writerPrincipalId,
              // Without it Azure looks the identity up in a directory that may not know it yet.
              principalType: args.writerPrincipalType ?? "ServicePrincipal",
              roleDefinitionId: container.id.apply(roleDefinitionId),
            },
            // Azure gives an assignment to nobody else (RoleAssignmentUpdateNotPermitted).
            { parent: this, replaceOnChanges: ["principalId", "principalType", "roleDefinitionId"] },
          );

    this.containerId = container.id;
    this.containerUrl = pulumi.all([container.url, role?.id]).apply(([url]) => url);
    this.registerOutputs({ containerId: this.containerId, containerUrl: this.containerUrl });
  }
}

function newContainer(
  name: string,
  args: DumpStoreArgs,
  retentionDays: pulumi.Output<number>,
  parent: pulumi.Resource,
): { id: pulumi.Output<string>; url: pulumi.Output<string> } {
  const opts = { parent, retainOnDelete: args.keepEvidence ?? true };
  const tags = kitTags(args.tags);
  const group = new ResourceGroup(`${name}-group`, { location: args.location, tags }, opts);
  const account = new storage.StorageAccount(
    storageAccountLogicalName(name),
    {
      resourceGroupName: group.name,
      location: args.location,
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      accessTier: storage.AccessTier.Hot,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      // Azure's own default, written out: a refresh would find it otherwise. The repair VM's address is not known before.
      networkRuleSet: {
        bypass: "AzureServices",
        defaultAction: storage.DefaultAction.Allow,
        ipRules: [],
        virtualNetworkRules: [],
      },
      publicNetworkAccess: "Enabled",
      tags,
    },
    opts,
  );
  const inAccount = { resourceGroupName: group.name, accountName: account.name };
  const container = new storage.BlobContainer(
    `${name}-container`,
    { ...inAccount, containerName: CONTAINER_NAME, publicAccess: storage.PublicAccess.None },
    opts,
  );
  new storage.ManagementPolicy(
    `${name}-retention`,
    {
      ...inAccount,
      managementPolicyName: "default",
      policy: {
        rules: [
          {
            name: "delete-old-dumps",
            type: "Lifecycle",
            enabled: true,
            definition: {
              filters: { blobTypes: ["blockBlob"], prefixMatch: [`${CONTAINER_NAME}/`] },
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: retentionDays } } },
            },
          },
        ],
      },
    },
    opts,
  );
  return {
    id: container.id,
    url: pulumi.interpolate`${account.primaryEndpoints.blob}${container.name}`,
  };
}

function roleDefinitionId(scope: string): string {
  const { subscriptionId } = parseResourceId(scope) ?? { subscriptionId: "" };
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_WRITER_ROLE}`;
}

function retentionDaysProblem(days: number): string | undefined {
  return Number.isInteger(days) && days >= 1
    ? undefined
    : `retentionDays must be a whole number of days, 1 or more, got "${days}"`;
}
