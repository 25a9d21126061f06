import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";

import { diskIdProblem, readSourceDisk } from "./internal/source-disk";
import { kitTags } from "./internal/tags";
import { checked } from "./internal/validate";

/** Properties of a copy that Azure sets once; azure-native would try to update them, and Azure would refuse. */
const SET_ONCE = [
  "creationData",
  "hyperVGeneration",
  "incremental",
  "location",
  "osType",
  "purchasePlan",
  "securityProfile",
  "zones",
];

/** Stands for no trigger, because the engine does not count the first trigger that is set as a change. */
const FIRST_SNAPSHOT = "first";

/** Arguments of {@link OsDiskCopy}. */
export interface OsDiskCopyArgs {
  /** Resource id of the OS disk to copy, in any resource group of the subscription. It is only read. */
  sourceDiskId: pulumi.Input<string>;

  /** Resource group that receives the snapshot and the copy, in the region of the source disk. */
  resourceGroupName: pulumi.Input<string>;

  /**
   * Any text. Another text than last time takes a fresh snapshot and makes a fresh copy, and then deletes the old ones.
   *
   * @default none: the first snapshot stays
   */
  snapshotTrigger?: pulumi.Input<string>;

  /**
   * Whether to take the snapshot and make no disk from it.
   *
   * @default `false`
   */
  snapshotOnly?: boolean;

  /** Tags of the snapshot and of the copy, besides the kit's own. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A snapshot of an OS disk, and a disk made from the snapshot.
 *
 * The source disk is read once, by Azure, when the snapshot is taken; its VM may run. Snapshot and copy take over its
 * region, zone, SKU, Hyper-V generation, security type, disk encryption set, purchase plan and export policy. Both are
 * deleted by `destroy`. Both cost money while they are there: the snapshot by its used size, the copy as the source disk.
 *
 * @example
 * const copy = new OsDiskCopy("web01", { sourceDiskId: vm.storageProfile.osDisk.managedDisk.id, resourceGroupName: group.name });
 */
export class OsDiskCopy extends pulumi.ComponentResource {
  /** Resource id of the snapshot. */
  public readonly snapshotId: pulumi.Output<string>;
  /** Name of the snapshot: another one after each `snapshotTrigger`. */
  public readonly snapshotName: pulumi.Output<string>;
  /** Resource id of the copy; empty with `snapshotOnly`. */
  public readonly diskId: pulumi.Output<string>;
  /** Region of the source disk, and so of the copy. */
  public readonly location: pulumi.Output<string>;
  /** Availability zone of both, if they are in one. */
  public readonly zone: pulumi.Output<string | undefined>;
  /** Hyper-V generation of both, `V1` or `V2`. */
  public readonly hyperVGeneration: pulumi.Output<string | undefined>;
  /** Security type of both, if they have one. */
  public readonly securityType: pulumi.Output<string | undefined>;

  constructor(name: string, args: OsDiskCopyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:OsDiskCopy", name, args, opts);

    const source = checked(args.sourceDiskId, this, (id) => diskIdProblem("sourceDiskId", id)).apply((id) =>
      readSourceDisk("sourceDiskId", id, this),
    );
    const carriedOver = {
      resourceGroupName: args.resourceGroupName,
      location: source.location,
      osType: source.apply((disk) => disk.osType as compute.OperatingSystemTypes | undefined),
      hyperVGeneration: source.apply((disk) => disk.hyperVGeneration),
      securityProfile: source.apply(({ securityType }) => (securityType ? { securityType } : undefined)),
      encryption: source.apply((disk) => disk.encryption),
      purchasePlan: source.apply((disk) => disk.purchasePlan),
      supportedCapabilities: source.apply((disk) => disk.supportedCapabilities),
      tags: kitTags(args.tags),
    };
    const snapshot = new compute.Snapshot(
      `${name}-snapshot`,
      {
        ...carriedOver,
        creationData: { createOption: "Copy", sourceResourceId: source.id },
        // Incremental snapshots share a family with those of the owner's backups, which limits both.
        incremental: false,
        sku: { name: "Standard_LRS" },
        // As closed as the source: whoever forbade its export did not mean to allow that of a snapshot.
        networkAccessPolicy: source.apply((disk) => disk.networkAccessPolicy ?? "AllowAll"),
        publicNetworkAccess: source.apply((disk) => disk.publicNetworkAccess ?? "Enabled"),
        diskAccessId: source.apply((disk) => disk.diskAccessId),
      },
      { parent: this, replaceOnChanges: SET_ONCE, replacementTrigger: args.snapshotTrigger ?? FIRST_SNAPSHOT },
    );
    const disk = args.snapshotOnly
      ? undefined
      : new compute.Disk(
          `${name}-disk`,
          {
            ...carriedOver,
            // From the snapshot, never from the source: what is on the copy is what the snapshot shows for ever.
            creationData: { createOption: "Copy", sourceResourceId: snapshot.id },
            sku: source.apply(({ sku }) => (sku ? { name: sku } : undefined)),
            zones: source.apply(({ zones }) => zones),
            networkAccessPolicy: "DenyAll",
            publicNetworkAccess: "Disabled",
          },
          { parent: this, replaceOnChanges: SET_ONCE },
        );

    this.snapshotId = snapshot.id;
    this.snapshotName = snapshot.name;
    this.diskId = disk?.id ?? pulumi.output("");
    this.location = source.location;
    this.zone = source.apply(({ zones }) => zones?.[0]);
    this.hyperVGeneration = source.apply(({ hyperVGeneration }) => hyperVGeneration);
    this.securityType = source.apply(({ securityType }) => securityType);
    this.registerOutputs({
      snapshotId: this.snapshotId,
      snapshotName: this.snapshotName,
      diskId: this.diskId,
      location: this.location,
      zone: this.zone,
      hyperVGeneration: this.hyperVGeneration,
      securityType: this.securityType,
    });
  }
}
