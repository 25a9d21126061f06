import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

import type { Principal } from "../azure/principal";
import { DiskAttachment } from "./disk-attachment";
import { type BugCheck, DumpCollection, type SearchedPlace } from "./dump-collection";
import { type ChangedValue, DumpEnablement } from "./dump-enablement";
import { DumpStore, type DumpStoreArgs } from "./dump-store";
import { after, checkedSource } from "./internal/checked-source";
import { expiryTag } from "./internal/expiry";
import { computerName } from "./internal/names";
import { outcome, stepsWithoutVm } from "./internal/outcome";
import type { ProbeAnswer } from "./internal/probe-answer";
import { providerPrincipal } from "./internal/provider-login";
import { withSecretKey } from "./internal/recovery-key";
import type { SourceVm } from "./internal/source-vm";
import { kitTags } from "./internal/tags";
import { inputError } from "./internal/validate";
import { OsDiskCopy } from "./os-disk-copy";
import { RepairVm } from "./repair-vm";
import { SnapshotProbe } from "./snapshot-probe";

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
   * What goes to the store: `dump` (the best one), `minidumps` (every small one), `evidence` (registry, event logs and
   * logs of updates, set-up and start). Evidence is collected also where there is no dump; `manifestBlobUrl` lists it.
   *
   * @default `["dump"]`
   */
  collect?: pulumi.Input<string>[];

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
   * Whether to read the snapshot from outside first, and tell what is there before a repair VM exists: see
   * `snapshotProbe`. It takes seconds, at each `pulumi up`, and needs the right to export the snapshot.
   *
   * @default `false`: nothing is read but by the repair VM
   */
  probe?: boolean;

  /**
   * BitLocker recovery key of the broken VM's OS disk, 48 digits in eight groups of six with hyphens; kept as a secret.
   *
   * @default none: a locked volume is told, with how to unlock it
   */
  bitLockerRecoveryKey?: pulumi.Input<string>;

  /**
   * Whether to set the Windows of the copy to write a crash dump at its next crash, after the collection. It is the only
   * thing that writes to the copy; bringing the copy back into the broken VM stays your decision (`nextSteps`).
   *
   * @default `false`: the copy is only read
   */
  enableDumpOnCopy?: boolean;

  /**
   * Whether to collect the dump from the snapshot, from outside, and make no repair VM at all. Where there is no dump,
   * the outputs say why.
   *
   * @default `false`: a repair VM collects it
   */
  extractFromSnapshot?: boolean;

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

/** What was set on the copy so that its Windows writes a crash dump. */
export interface CopyDumpSettings {
  /** `enabled`, `not-mounted` or `refused`. */
  status: string;
  /** The values that were changed; none when they were right already. */
  changes: ChangedValue[];
  /** File on the copy that holds what was there before. */
  backupFile?: string;
  /** Why nothing was changed, or what is to be known beside it. */
  reason?: string;
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
  /** Address for RDP: the public one if there are RDP sources, else the private one. Absent without a repair VM. */
  public readonly rdpAddress: pulumi.Output<string | undefined>;
  /** User for RDP. Absent without a repair VM. */
  public readonly rdpUsername: pulumi.Output<string | undefined>;
  /** Password for RDP, a secret. Absent without a repair VM. */
  public readonly rdpPassword: pulumi.Output<string | undefined>;
  /** Drive letter of the broken Windows inside the repair VM; absent unless mounted. */
  public readonly driveLetter: pulumi.Output<string | undefined>;
  /** Path of the dump inside the repair VM, like `F:\Windows\MEMORY.DMP`; without one, as the broken Windows sees it. */
  public readonly dumpPath: pulumi.Output<string | undefined>;
  /** URL of the collected dump. */
  public readonly dumpBlobUrl: pulumi.Output<string | undefined>;
  /** SHA-256 of the dump in hexadecimal; absent where the storage service copied it by itself. */
  public readonly dumpSha256: pulumi.Output<string | undefined>;
  /** Size of the dump in bytes. */
  public readonly dumpSize: pulumi.Output<number | undefined>;
  /** What the dump's header says of the crash. */
  public readonly bugCheck: pulumi.Output<BugCheck | undefined>;
  /** `collected` when the dump is in the store; else what stands in the way, like `not-found`, `encrypted` or `booted-from-copy`. */
  public readonly dumpStatus: pulumi.Output<string>;
  /** URL of the list of all that was collected, with hashes; absent unless more than the dump was asked for. */
  public readonly manifestBlobUrl: pulumi.Output<string | undefined>;
  /** Every place that was looked at for a dump. */
  public readonly searched: pulumi.Output<SearchedPlace[]>;
  /** What to do next, a sentence each. */
  public readonly nextSteps: pulumi.Output<string[]>;
  /** What the snapshot told before there was a repair VM; absent unless `probe` or `extractFromSnapshot` is set. */
  public readonly snapshotProbe: pulumi.Output<ProbeAnswer | undefined>;
  /** What was set on the copy so that it writes a dump; absent unless `enableDumpOnCopy` is set. */
  public readonly copyDumpSettings: pulumi.Output<CopyDumpSettings | undefined>;

  constructor(name: string, args: RepairEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:RepairEnvironment", name, withSecretKey(args), opts);

    const principal = args.extractFromSnapshot ? signedIn(this) : undefined;
    // Nothing is made before these are known.
    const source = pulumi.all([checkedSource(args, this), principal]).apply(([facts]) => facts);
    const location = source.osDisk.location;
    const evidenceTags = pulumi
      .all([args.tags, source])
      .apply(([given, { resourceGroupName, name: vmName }]): Record<string, string> => {
        return { ...given, "repair-of": `${resourceGroupName}/${vmName}` };
      });
    const expiry = expiryTag(`${name}-made`, args.expiresAfterDays, this);
    const tags = pulumi.all([expiry, evidenceTags]).apply(([expiresOn, given]): Record<string, string> => {
      return { ...expiresOn, ...given };
    });
    const group = new ResourceGroup(`${name}-group`, { location, tags: kitTags(tags) }, { parent: this });
    const copy = new OsDiskCopy(
      `${name}-copy`,
      {
        sourceDiskId: source.osDisk.id,
        resourceGroupName: group.name,
        snapshotTrigger: args.snapshotTrigger,
        snapshotOnly: args.extractFromSnapshot,
        tags,
      },
      { parent: this },
    );
    const base: Base = { name, args, source, tags, evidenceTags, group, copy, parent: this };
    const outputs = principal ? extractWithoutVm(base, principal) : collectWithVm(base);

    this.rdpAddress = outputs.rdpAddress;
    this.rdpUsername = outputs.rdpUsername;
    this.rdpPassword = outputs.rdpPassword;
    this.driveLetter = outputs.driveLetter;
    this.dumpPath = outputs.dumpPath;
    this.dumpBlobUrl = outputs.dumpBlobUrl;
    this.dumpSha256 = outputs.dumpSha256;
    this.dumpSize = outputs.dumpSize;
    this.bugCheck = outputs.bugCheck;
    this.dumpStatus = outputs.dumpStatus;
    this.manifestBlobUrl = outputs.manifestBlobUrl;
    this.searched = outputs.searched;
    this.nextSteps = outputs.nextSteps;
    this.snapshotProbe = outputs.snapshotProbe;
    this.copyDumpSettings = outputs.copyDumpSettings;
    this.registerOutputs({ ...outputs });
  }
}

/** What both ways to the dump start from. */
interface Base {
  readonly name: string;
  readonly args: RepairEnvironmentArgs;
  readonly source: pulumi.Output<SourceVm>;
  readonly tags: pulumi.Output<Record<string, string>>;
  readonly evidenceTags: pulumi.Output<Record<string, string>>;
  readonly group: ResourceGroup;
  readonly copy: OsDiskCopy;
  readonly parent: RepairEnvironment;
}

type Outputs = Omit<RepairEnvironment, keyof pulumi.ComponentResource>;

/** The copy attached to a repair VM, whose inside finds and uploads the dump. */
function collectWithVm({ name, args, source, tags, evidenceTags, group, copy, parent }: Base): Outputs {
  const { location } = source.osDisk;
  const probe = args.probe
    ? new SnapshotProbe(`${name}-probe`, { snapshotId: copy.snapshotId }, { parent })
    : undefined;
  const vm = new RepairVm(
    `${name}-vm`,
    {
      resourceGroupName: group.name,
      location,
      zone: source.osDisk.apply(({ zones }) => zones?.[0]),
      attachedDisks: [{ diskId: afterProbe(copy.diskId, probe), lun: COPY_LUN }],
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
      vmTags: { repair_source: tags.apply((all) => all["repair-of"] ?? "") },
    },
    { parent },
  );
  // Needs only the VM's identity, so it is made while the VM is.
  const store = new DumpStore(
    `${name}-store`,
    { ...storeArgs(args, source, evidenceTags), writerPrincipalId: vm.identityPrincipalId },
    { parent },
  );
  const run = { repairVmId: vm.vmId, location, runId: copy.snapshotName, tags };
  // Deleting a VM deletes its run commands.
  const besideVm = { parent, deletedWith: vm };
  const bitLockerRecoveryKey = after(source, args.bitLockerRecoveryKey);
  const disk = { ...run, lun: COPY_LUN, bitLockerRecoveryKey };
  const attachment = new DiskAttachment(`${name}-attachment`, disk, besideVm);
  const collection = new DumpCollection(
    `${name}-collection`,
    {
      ...run,
      windowsRoot: attachment.windowsRoot,
      containerUrl: store.containerUrl,
      blobPrefix: blobPrefix(source, copy),
      identityClientId: vm.identityClientId,
      sourceVmId: source.id,
      snapshotId: copy.snapshotId,
      collect: args.collect,
    },
    besideVm,
  );
  const enablement = args.enableDumpOnCopy
    ? new DumpEnablement(
        `${name}-dumps`,
        {
          ...disk,
          // The disk goes offline for it: not before the collection has read it.
          windowsRoot: pulumi.all([attachment.windowsRoot, collection.status]).apply(([root]) => root),
          sourceVmId: source.id,
          copyDiskId: copy.diskId,
        },
        besideVm,
      )
    : undefined;
  const { status, nextSteps } = pulumi
    .all([
      { status: attachment.status, reason: attachment.reason, nextSteps: attachment.nextSteps },
      { status: collection.status, reason: collection.reason, nextSteps: collection.nextSteps },
      {
        fetch: fetchSteps(collection, store, copy),
        evidence: evidenceSteps(collection, store),
        connect: connectStep(vm, (args.rdpSources ?? []).length > 0),
        dumps: enablement?.nextSteps ?? [],
      },
    ])
    .apply(([mount, dump, steps]) => outcome(mount, dump, steps));
  return {
    rdpAddress: vm.rdpAddress,
    rdpUsername: vm.rdpUsername,
    rdpPassword: vm.rdpPassword,
    driveLetter: attachment.driveLetter,
    dumpPath: collection.dumpPath,
    dumpBlobUrl: collection.dumpBlobUrl,
    dumpSha256: collection.dumpSha256,
    dumpSize: collection.dumpSize,
    bugCheck: collection.bugCheck,
    dumpStatus: status,
    manifestBlobUrl: collection.manifestBlobUrl,
    searched: collection.searched,
    nextSteps,
    snapshotProbe: probe ? answerOf(probe) : pulumi.output(undefined),
    copyDumpSettings: enablement ? settingsOf(enablement) : pulumi.output(undefined),
  };
}

/** The dump copied from the snapshot into the store by whoever runs Pulumi; no disk, no VM. */
function extractWithoutVm(
  { name, args, source, evidenceTags, copy, parent }: Base,
  principal: pulumi.Output<Principal>,
): Outputs {
  // Nobody who names a container of their own wants roles on it given to themselves.
  const isNewStore = args.dumpStore === undefined;
  const writer = isNewStore ? writerArgs(principal) : {};
  const store = new DumpStore(`${name}-store`, { ...storeArgs(args, source, evidenceTags), ...writer }, { parent });
  const probe = new SnapshotProbe(
    `${name}-probe`,
    {
      snapshotId: copy.snapshotId,
      extractTo: {
        containerUrl: store.containerUrl,
        blobPrefix: blobPrefix(source, copy),
        sourceVmId: source.id,
        rightIsNew: isNewStore,
      },
    },
    { parent },
  );
  const none = pulumi.output(undefined);
  return {
    rdpAddress: none,
    rdpUsername: none,
    rdpPassword: none,
    driveLetter: none,
    dumpPath: probe.dumpPath,
    dumpBlobUrl: probe.dumpBlobUrl,
    dumpSha256: probe.dumpSha256,
    dumpSize: probe.dumpSize,
    bugCheck: probe.bugCheck,
    dumpStatus: probe.status,
    manifestBlobUrl: none,
    searched: probe.searched,
    nextSteps: pulumi
      .all([
        { status: probe.status, reason: probe.reason, nextSteps: probe.nextSteps },
        { fetch: fetchSteps(probe, store, copy) },
      ])
      .apply(([answer, { fetch }]) => stepsWithoutVm(answer, { fetch, repairVm: REPAIR_VM_STEP })),
    snapshotProbe: answerOf(probe),
    copyDumpSettings: none,
  };
}

function settingsOf({ status, changes, backupFile, reason }: DumpEnablement): pulumi.Output<CopyDumpSettings> {
  return pulumi.output({ status, changes, backupFile, reason });
}

function storeArgs(
  args: RepairEnvironmentArgs,
  source: pulumi.Output<SourceVm>,
  tags: pulumi.Output<Record<string, string>>,
): DumpStoreArgs {
  return {
    location: source.osDisk.location,
    containerId: after(source, args.dumpStore),
    keepEvidence: args.keepEvidence,
    tags,
  };
}

/** Who runs Pulumi, and so copies the dump. */
function signedIn(resource: pulumi.Resource): pulumi.Output<Principal> {
  const failed = (error: unknown): never => {
    throw inputError(error instanceof Error ? error.message : String(error), resource);
  };
  return pulumi.output(providerPrincipal().catch(failed));
}

/** Whoever runs Pulumi writes the dump. */
function writerArgs(
  principal: pulumi.Output<Principal>,
): Pick<DumpStoreArgs, "writerPrincipalId" | "writerPrincipalType"> {
  return { writerPrincipalId: principal.objectId, writerPrincipalType: principal.type };
}

/** Dumps of different snapshots lie beside each other. */
function blobPrefix(source: pulumi.Output<SourceVm>, copy: OsDiskCopy): pulumi.Output<string> {
  return pulumi.interpolate`${source.name}/${copy.snapshotName}`;
}

/**
 * The disk's id, once the snapshot was read: what it told is known before a VM is made, and interrupting saves the VM.
 * In a preview nothing is read, and the id must not become unknown by that: it would look as if the VM changed.
 */
function afterProbe(diskId: pulumi.Output<string>, probe: SnapshotProbe | undefined): pulumi.Output<string> {
  return probe && !pulumi.runtime.isDryRun() ? pulumi.all([diskId, probe.status]).apply(([id]) => id) : diskId;
}

function answerOf(probe: SnapshotProbe): pulumi.Output<ProbeAnswer> {
  const { status, reason, dumpPath, dumpSize, bugCheck, searched, nextSteps, dumpBlobUrl, dumpSha256 } = probe;
  return pulumi.output({
    status,
    reason,
    dumpPath,
    dumpSize,
    bugCheck,
    searched,
    nextSteps,
    dumpBlobUrl,
    dumpSha256,
  });
}

const REPAIR_VM_STEP =
  "For a repair VM with a copy of the disk attached: set extractFromSnapshot to false and run pulumi up again; the snapshot stays.";

/** The store takes no account keys, so whoever fetches the dump needs a role for it. Names of resource groups may have parentheses. */
function fetchSteps(
  dump: Pick<Outputs, "dumpBlobUrl" | "dumpSha256" | "dumpPath">,
  store: DumpStore,
  copy: OsDiskCopy,
): pulumi.Output<string>[] {
  const hash = pulumi
    .all([dump.dumpSha256, dump.dumpPath, copy.snapshotId])
    .apply(([sha256, path, snapshotId]) =>
      sha256 === undefined
        ? `its SHA-256 to compare with: npx azure-repair-kit hash "${snapshotId}" '${path ?? ""}'`
        : `SHA-256 ${sha256}`,
    );
  return [
    pulumi.interpolate`Fetch the dump: az storage blob download --auth-mode login --blob-url "${dump.dumpBlobUrl}" --file MEMORY.DMP. If that is refused, give yourself the role, once: az role assignment create --assignee YOUR-ACCOUNT --role "Storage Blob Data Reader" --scope "${store.containerId}"`,
    pulumi.interpolate`Open a support request for the VM with the bug check, and attach the dump (${hash}).`,
  ];
}

/** Where the rest is that was collected, whether there was a dump or not. */
function evidenceSteps(collection: DumpCollection, store: DumpStore): pulumi.Output<string[]> {
  return pulumi
    .all([collection.manifestBlobUrl, collection.collectedFiles, store.containerId])
    .apply(([manifest, count, containerId]) =>
      manifest === undefined
        ? []
        : [
            `${count ?? 0} files are collected, listed with their hashes in ${manifest}. Fetch the list, then what it names: az storage blob download --auth-mode login --blob-url "${manifest}" --file manifest.json (role: Storage Blob Data Reader on "${containerId}")`,
          ],
    );
}

function connectStep(vm: RepairVm, hasPublicAddress: boolean): pulumi.Output<string> {
  const password = "read the password with: pulumi stack output rdpPassword --show-secrets";
  return hasPublicAddress
    ? pulumi.interpolate`Connect by RDP to ${vm.rdpAddress} as ${vm.rdpUsername}; ${password}`
    : pulumi.interpolate`The repair VM has no public address. Connect as ${vm.rdpUsername} through Azure Bastion (az network bastion rdp --target-resource-id "${vm.vmId}"), or from inside its network to ${vm.rdpAddress}, or set rdpSources; ${password}`;
}
