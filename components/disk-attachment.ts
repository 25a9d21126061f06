import * as pulumi from "@pulumi/pulumi";

import { textOf, textsOf } from "./internal/guest-answer";
import { runInGuest } from "./internal/guest-run";
import { checkedRecoveryKey, withSecretKey } from "./internal/recovery-key";

/** Waiting for the disk takes two minutes at most; the rest is the start of the VM's agent. */
const TIMEOUT_SECONDS = 900;

/** Arguments of {@link DiskAttachment}. */
export interface DiskAttachmentArgs {
  /** Resource id of the repair VM, which has the disk attached: see `attachedDisks` of RepairVm. */
  repairVmId: pulumi.Input<string>;

  /** Region of the repair VM. */
  location: pulumi.Input<string>;

  /** Logical unit number of the disk. */
  lun: pulumi.Input<number>;

  /**
   * BitLocker recovery key of the disk, 48 digits in eight groups of six with hyphens; kept as a secret. With it a locked
   * volume is unlocked for reading, for as long as the repair VM runs.
   *
   * @default none: a locked volume is told, with how to unlock it
   */
  bitLockerRecoveryKey?: pulumi.Input<string>;

  /** Any text that names this run, for example the name of the snapshot. Another text than last time runs it again. */
  runId: pulumi.Input<string>;

  /** Tags of the run command, besides the kit's own. Set once. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Brings the copy of an OS disk, attached to a repair VM, online inside it, and tells where its Windows is.
 *
 * First it proves that the VM runs from its own OS disk: beside the copy, the firmware may have started the copy
 * instead. Then the status is `booted-from-copy`, and `nextSteps` say what to do. It changes nothing on the copy, and
 * costs nothing. `destroy` removes the run command; the disk stays online until it is detached.
 *
 * @example
 * const attachment = new DiskAttachment("web01", {
 *   repairVmId: vm.vmId,
 *   location: copy.location,
 *   lun: 2,
 *   runId: copy.snapshotName,
 * });
 */
export class DiskAttachment extends pulumi.ComponentResource {
  /** `mounted`, `booted-from-copy`, `disk-not-found`, `encrypted`, `no-windows-volume` or `unsupported`. */
  public readonly status: pulumi.Output<string>;
  /** Drive letter of the Windows volume inside the repair VM; absent unless mounted. */
  public readonly driveLetter: pulumi.Output<string | undefined>;
  /** Folder of the broken Windows inside the repair VM, like `F:\Windows`; absent unless mounted. */
  public readonly windowsRoot: pulumi.Output<string | undefined>;
  /** Why the disk is not mounted, or what is to be known beside it: other Windows volumes, locked or dirty ones. */
  public readonly reason: pulumi.Output<string | undefined>;
  /** What to do next, a sentence each. */
  public readonly nextSteps: pulumi.Output<string[]>;

  constructor(name: string, args: DiskAttachmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:DiskAttachment", name, withSecretKey(args), opts);

    const answer = runInGuest(
      `${name}-run-command`,
      {
        script: "mount-os-disk",
        vmId: args.repairVmId,
        location: args.location,
        parameters: { Lun: pulumi.output(args.lun).apply(String), RunId: args.runId },
        protectedParameters: { RecoveryKey: checkedRecoveryKey(args.bitLockerRecoveryKey, this) },
        timeoutSeconds: TIMEOUT_SECONDS,
        tags: args.tags,
      },
      this,
    );

    this.status = answer.apply(({ status }) => status);
    this.driveLetter = answer.apply((mount) => textOf(mount.driveLetter));
    this.windowsRoot = answer.apply((mount) => textOf(mount.windowsRoot));
    this.reason = answer.apply((mount) => textOf(mount.reason));
    this.nextSteps = answer.apply((mount) => textsOf(mount.nextSteps));
    this.registerOutputs({
      status: this.status,
      driveLetter: this.driveLetter,
      windowsRoot: this.windowsRoot,
      reason: this.reason,
      nextSteps: this.nextSteps,
    });
  }
}
