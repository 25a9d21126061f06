import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

import { DiskAttachment } from "./disk-attachment";
import { type BugCheck, DumpCollection, type SearchedPlace } from "./dump-collection";
import { DumpStore } from "./dump-store";
import { after, checkedSource } from "./internal/checked-source";
import { expiryTag } from "./internal/expiry";
import { computerName } from "./internal/names";
import { outcome } from "./internal/outcome";
import { kitTags } from "./internal/tags";
import { OsDiskCopy } from "./os-disk-copy";
import { RepairVm } from "./repair-vm";

/**
 * Where the copy is attached: above the LUNs 0 and 1, at which the VM's own OS disk and temporary disk may show up on
 * their controllers, so that the number names one disk only.
 */
const COPY_LUN = 2;

/** Arguments of {@link RepairEnvironment}. */
export interface RepairEnvironmentArgs {
  /** The VM that does not boot: its resource id, or `resourceGroup/name`. It and its disks are only read. */
  vm: pulumi.Input<string>;

  /**
   * IPv4 ranges in CIDR form from which RDP to the repair VM is let in. None makes no public address.
   *
   * @default none
   */
  rdpSources?: pulumi.Input<string>[];

  /**
   * Resource id of an existing subnet for the repair VM, in the region of the broken VM's OS disk.
   *
   * @default a network of its own
   */
  subnetId?: pulumi.Input<string>;

  /**
   * Size of the repair VM.
   *
   * @default `Standard_D2s_v5`
   */
  vmSize?: pulumi.Input<string>;

  /**
   * Windows Server image SKU of the repair VM.
   *
   * @default of another Windows version than the broken VM's
   */
  imageSku?: pulumi.Input<string>;

  /**
   * Any text. Another text than last time takes a fresh snapshot, makes copy and repair VM anew, and collects again.
   *
   * @default none: the first snapshot stays
   */
  snapshotTrigger?: pulumi.Input<string>;

  /**
   * Resource id of an existing blob container for the dump. The kit gives the repair VM the right to write to it.
   *
   * @default a new container in a resource group of its own
   */
  dumpStore?: pulumi.Input<string>;

  /**
   * Whether the new container and the dump in it survive `destroy`.
   *
   * @default `true`
   */
  keepEvidence?: boolean;

  /**
   * Time of day in UTC, `19:00` or `1900`, at which the repair VM is shut down every day; `off` for never.
   *
   * @default `19:00`
   */
  autoShutdownTime?: string;

  /**
   * After how many days nobody needs the environment any more. Everything but the evidence gets the date as tag
   * `expires-on`; nothing is deleted by it. A larger number prolongs.
   *
   * @default 14
   */
  expiresAfterDays?: pulumi.Input<number>;

  /** Tags of everything that is made, besides the kit's own. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A repair environment for a Windows VM that does not boot: a copy of its OS disk, attached to a repair VM, and its crash
 * dump in a store that survives.
 *
 * The broken VM and its disks are only read. `destroy` removes everything but the dump store (`keepEvidence`). It costs
 * what a small VM, a snapshot and a copy of the OS disk cost while they are there.
 *
 * @example
 * const repair = new RepairEnvironment("web01", { vm: "web-prod/web01", rdpSources: ["203.0.113.7/32"] });
 * export const dumpBlobUrl = repair.dumpBlobUrl;
 */
export class RepairEnvironment extends pulumi.ComponentResource {
  /** Address for RDP: the public one if there are RDP sources, else the private one. */
  public readonly rdpAddress: pulumi.Output<string>;
  /** User for RDP. */
  public readonly rdpUsername: pulumi.Output<string>;
  /** Password for RDP, a secret. */
  public readonly rdpPassword: pulumi.Output<string>;
  /** Drive letter of the broken Windows inside the repair VM; absent unless mounted. */
  public readonly driveLetter: pulumi.Output<string | undefined>;
  /** Path of the dump inside the repair VM, like `F:\Windows\MEMORY.DMP`. */
  public readonly dumpPath: pulumi.Output<string | undefined>;
  /** URL of the collected dump. */
  public readonly dumpBlobUrl: pulumi.Output<string | undefined>;
  /** SHA-256 of the dump in hexadecimal. */
  public readonly dumpSha256: pulumi.Output<string | undefined>;
  /** Size of the dump in bytes. */
  public readonly dumpSize: pulumi.Output<number | undefined>;
  /** What the dump's header says of the crash. */
  public readonly bugCheck: pulumi.Output<BugCheck | undefined>;
  /** `collected` when the dump is in the store; else what stands in the way, like `not-found`, `encrypted` or `booted-from-copy`. */
  public readonly dumpStatus: pulumi.Output<string>;
  /** Every place that was looked at for a dump. */
  public readonly searched: pulumi.Output<SearchedPlace[]>;
  /** What to do next, a sentence each. */
  public readonly nextSteps: pulumi.Output<string[]>;

  constructor(name: string, args: RepairEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:RepairEnvironment", name, args, opts);

    const source = checkedSource(args, this);
    const location = source.osDisk.location;
    const evidenceTags = pulumi.all([args.tags, source]).apply(([given, { resourceGroupName, name: vmName }]) => ({
      ...given,
      "repair-of": `${resourceGroupName}/${vmName}`,
    }));
    const expiry = expiryTag(`${name}-made`, args.expiresAfterDays, this);
    const tags = pulumi.all([expiry, evidenceTags]).apply(([expiresOn, given]) => ({ ...expiresOn, ...given }));
    const group = new ResourceGroup(`${name}-group`, { location, tags: kitTags(tags) }, { parent: this });
    const copy = new OsDiskCopy(
      `${name}-copy`,
      { sourceDiskId: source.osDisk.id, resourceGroupName: group.name, snapshotTrigger: args.snapshotTrigger, tags },
      { parent: this },
    );
    const vm = new RepairVm(
      `${name}-vm`,
      {
        resourceGroupName: group.name,
        location,
        zone: source.osDisk.apply(({ zones }) => zones?.[0]),
        attachedDisks: [{ diskId: copy.diskId, lun: COPY_LUN }],
        rdpSources: args.rdpSources,
        subnetId: after(source, args.subnetId),
        vmName: source.apply(({ name: vmName }) => computerName(`repair-${vmName}`)),
        vmSize: after(source, args.vmSize),
        imageSku: after(source, args.imageSku),
        sourceImageSku: source.apply(({ imageSku }) => imageSku),
        hyperVGeneration: source.osDisk.apply(({ hyperVGeneration }) => hyperVGeneration),
        securityType: source.osDisk.apply(({ securityType }) => securityType),
        autoShutdownTime: args.autoShutdownTime,
        tags,
        // By this tag `az vm repair run` and `az vm repair restore` find the repair VM.
        vmTags: { repair_source: tags.apply((all) => all["repair-of"]) },
      },
      { parent: this },
    );
    // Needs only the VM's identity, so it is made while the VM is.
    const store = new DumpStore(
      `${name}-store`,
      {
        location,
        containerId: after(source, args.dumpStore),
        writerPrincipalId: vm.identityPrincipalId,
        keepEvidence: args.keepEvidence,
        tags: evidenceTags,
      },
      { parent: this },
    );
    const run = { repairVmId: vm.vmId, location, runId: copy.snapshotName, tags };
    // Deleting a VM deletes its run commands.
    const besideVm = { parent: this, deletedWith: vm };
    const attachment = new DiskAttachment(`${name}-attachment`, { ...run, lun: COPY_LUN }, besideVm);
    const collection = new DumpCollection(
      `${name}-collection`,
      {
        ...run,
        windowsRoot: attachment.windowsRoot,
        containerUrl: store.containerUrl,
        blobPrefix: pulumi.interpolate`${source.name}/${copy.snapshotName}`,
        identityClientId: vm.identityClientId,
        sourceVmId: source.id,
        snapshotId: copy.snapshotId,
      },
      besideVm,
    );

    const { status, nextSteps } = pulumi
      .all([
        { status: attachment.status, reason: attachment.reason, nextSteps: attachment.nextSteps },
        { status: collection.status, reason: collection.reason, nextSteps: collection.nextSteps },
        { fetch: fetchSteps(collection, store), connect: connectStep(vm, (args.rdpSources ?? []).length > 0) },
      ])
      .apply(([mount, dump, steps]) => outcome(mount, dump, steps));
    this.rdpAddress = vm.rdpAddress;
    this.rdpUsername = vm.rdpUsername;
    this.rdpPassword = vm.rdpPassword;
    this.driveLetter = attachment.driveLetter;
    this.dumpPath = collection.dumpPath;
    this.dumpBlobUrl = collection.dumpBlobUrl;
    this.dumpSha256 = collection.dumpSha256;
    this.dumpSize = collection.dumpSize;
    this.bugCheck = collection.bugCheck;
    this.dumpStatus = status;
    this.searched = collection.searched;
    this.nextSteps = nextSteps;
    this.registerOutputs({
      rdpAddress: this.rdpAddress,
      rdpUsername: this.rdpUsername,
      rdpPassword: this.rdpPassword,
      driveLetter: this.driveLetter,
      dumpPath: this.dumpPath,
      dumpBlobUrl: this.dumpBlobUrl,
      dumpSha256: this.dumpSha256,
      dumpSize: this.dumpSize,
      bugCheck: this.bugCheck,
      dumpStatus: this.dumpStatus,
      searched: this.searched,
      nextSteps: this.nextSteps,
    });
  }
}

/** The store takes no account keys, so whoever fetches the dump needs a role for it. Names of resource groups may have parentheses. */
function fetchSteps(collection: DumpCollection, store: DumpStore): pulumi.Output<string>[] {
  return [
    pulumi.interpolate`Fetch the dump: az storage blob download --auth-mode login --blob-url "${collection.dumpBlobUrl}" --file MEMORY.DMP. If that is refused, give yourself the role, once: az role assignment create --assignee YOUR-ACCOUNT --role "Storage Blob Data Reader" --scope "${store.containerId}"`,
    pulumi.interpolate`Open a support request for the VM with the bug check, and attach the dump (SHA-256 ${collection.dumpSha256}).`,
  ];
}

function connectStep(vm: RepairVm, hasPublicAddress: boolean): pulumi.Output<string> {
  const password = "read the password with: pulumi stack output rdpPassword --show-secrets";
  return hasPublicAddress
    ? pulumi.interpolate`Connect by RDP to ${vm.rdpAddress} as ${vm.rdpUsername}; ${password}`
    : pulumi.interpolate`The repair VM has no public address. Connect as ${vm.rdpUsername} through Azure Bastion (az network bastion rdp --target-resource-id "${vm.vmId}"), or from inside its network to ${vm.rdpAddress}, or set rdpSources; ${password}`;
}
