import * as pulumi from "@pulumi/pulumi";

import { DiskAttachment } from "../disk-attachment";
import { DumpCollection } from "../dump-collection";
import { DumpEnablement } from "../dump-enablement";
import { DumpStore } from "../dump-store";
import type { CopyDumpSettings } from "../repair-environment";
import { RepairVm } from "../repair-vm";
import { SnapshotProbe } from "../snapshot-probe";
import { after } from "./checked-source";
import { computerName } from "./names";
import { outcome } from "./outcome";
import { answerOf, blobPrefix, fetchSteps, type RepairBase, type RepairOutputs, storeArgs } from "./repair-base";

/**
 * Where the copy is attached: above the LUNs 0 and 1, at which the VM's own OS disk and temporary disk may show up on
 * their controllers, so that the number names one disk only.
 */
const COPY_LUN = 2;

/** The copy attached to a repair VM, whose inside finds and uploads the dump. */
export function collectWithVm({
  name,
  args,
  source,
  tags,
  evidenceTags,
  group,
  copy,
  parent,
}: RepairBase): RepairOutputs {
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

/**
 * The disk's id, once the snapshot was read: what it told is known before a VM is made, and interrupting saves the VM.
 * In a preview nothing is read, and the id must not become unknown by that: it would look as if the VM changed.
 */
function afterProbe(diskId: pulumi.Output<string>, probe: SnapshotProbe | undefined): pulumi.Output<string> {
  return probe && !pulumi.runtime.isDryRun() ? pulumi.all([diskId, probe.status]).apply(([id]) => id) : diskId;
}

function settingsOf({ status, changes, backupFile, reason }: DumpEnablement): pulumi.Output<CopyDumpSettings> {
  return pulumi.output({ status, changes, backupFile, reason });
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
