import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

import type { BugCheck, SearchedPlace } from "./dump-collection";
import type { ChangedValue } from "./dump-enablement";
import { checkedSource } from "./internal/checked-source";
import { collectWithVm } from "./internal/collect-with-vm";
import { expiryTag } from "./internal/expiry";
import { extractWithoutVm, signedIn } from "./internal/extract-without-vm";
import type { ProbeAnswer } from "./internal/probe-answer";
import { withSecretKey } from "./internal/recovery-key";
import type { RepairBase } from "./internal/repair-base";
import { kitTags } from "./internal/tags";
import { OsDiskCopy } from "./os-disk-copy";

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

    const checkedFacts = checkedSource(args, this);
    const principal = args.extractFromSnapshot ? signedIn(this) : undefined;
    // Nothing is made before these are known.
    const source = pulumi.all([checkedFacts, principal]).apply(([facts]) => facts);
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
    const base: RepairBase = { name, args, source, tags, evidenceTags, group, copy, parent: this };
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
