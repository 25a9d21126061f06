import type { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

import type { DumpStore, DumpStoreArgs } from "../dump-store";
import type { OsDiskCopy } from "../os-disk-copy";
import type { RepairEnvironment, RepairEnvironmentArgs } from "../repair-environment";
import type { SnapshotProbe } from "../snapshot-probe";
import { after } from "./checked-source";
import type { ProbeAnswer } from "./probe-answer";
import type { SourceVm } from "./source-vm";

/** What both ways to the dump start from. */
export interface RepairBase {
  readonly name: string;
  readonly args: RepairEnvironmentArgs;
  readonly source: pulumi.Output<SourceVm>;
  readonly tags: pulumi.Output<Record<string, string>>;
  readonly evidenceTags: pulumi.Output<Record<string, string>>;
  readonly group: ResourceGroup;
  readonly copy: OsDiskCopy;
  readonly parent: RepairEnvironment;
}

/** What a repair environment tells. */
export type RepairOutputs = Omit<RepairEnvironment, keyof pulumi.ComponentResource>;

/** The store of both ways; who writes to it differs. */
export function storeArgs(
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

/** Dumps of different snapshots lie beside each other. */
export function blobPrefix(source: pulumi.Output<SourceVm>, copy: OsDiskCopy): pulumi.Output<string> {
  return pulumi.interpolate`${source.name}/${copy.snapshotName}`;
}

/** What a probe told, in one object. */
export function answerOf(probe: SnapshotProbe): pulumi.Output<ProbeAnswer> {
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

/** The store takes no account keys, so whoever fetches the dump needs a role for it. Names of resource groups may have parentheses. */
export function fetchSteps(
  dump: Pick<RepairOutputs, "dumpBlobUrl" | "dumpSha256">,
  store: DumpStore,
  copy: OsDiskCopy,
): pulumi.Output<string>[] {
  const hash = pulumi
    .all([dump.dumpSha256, copy.snapshotId])
    .apply(([sha256, snapshotId]) =>
      sha256 === undefined
        ? `its SHA-256 to compare with: npx azure-repair-kit hash "${snapshotId}" --dump`
        : `SHA-256 ${sha256}`,
    );
  return [
    pulumi.interpolate`Fetch the dump: az storage blob download --auth-mode login --blob-url "${dump.dumpBlobUrl}" --file MEMORY.DMP. If that is refused, give yourself the role, once: az role assignment create --assignee YOUR-ACCOUNT --role "Storage Blob Data Reader" --scope "${store.containerId}"`,
    pulumi.interpolate`Open a support request for the VM with the bug check, and attach the dump (${hash}).`,
  ];
}
