import * as pulumi from "@pulumi/pulumi";

import { listOf, recordOf, textOf, textsOf } from "./internal/guest-answer";
import { runInGuest } from "./internal/guest-run";
import { checkedRecoveryKey, withSecretKey } from "./internal/recovery-key";

/** The disk is found, a hive of some tens of megabytes is copied and written; the rest is the start of the VM's agent. */
const TIMEOUT_SECONDS = 900;

/** A value of the registry that was changed on the copy. */
export interface ChangedValue {
  /** Control set, like `ControlSet001`. */
  controlSet: string;
  /** Key below the control set. */
  key: string;
  /** Name of the value. */
  name: string;
  /** What it was, as text, a line for each string of a list; absent when it was not there. */
  from?: string;
  /** What it is now; absent when it is not there any more. */
  to?: string;
}

/** Arguments of {@link DumpEnablement}. */
export interface DumpEnablementArgs {
  /** Resource id of the repair VM. */
  repairVmId: pulumi.Input<string>;

  /** Region of the repair VM. */
  location: pulumi.Input<string>;

  /** Logical unit number of the copy. */
  lun: pulumi.Input<number>;

  /** Folder of the broken Windows inside the repair VM, like `F:\Windows`. Absent means not mounted, which is told, not an error. */
  windowsRoot?: pulumi.Input<string | undefined>;

  /** BitLocker recovery key of the copy; kept as a secret. Needed again, because making the disk writable locks it. */
  bitLockerRecoveryKey?: pulumi.Input<string>;

  /** Resource id of the broken VM, for the commands in `nextSteps`. */
  sourceVmId: pulumi.Input<string>;

  /** Resource id of the copy, for the commands in `nextSteps`. */
  copyDiskId: pulumi.Input<string>;

  /**
   * Whether to put back what was there before.
   *
   * @default `false`
   */
  undo?: pulumi.Input<boolean>;

  /** Any text that names this run, for example the name of the snapshot. Another text than last time runs it again. */
  runId: pulumi.Input<string>;

  /** Tags of the run command, besides the kit's own. Set once. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Sets the Windows on a copy of an OS disk to write a crash dump at its next crash: the only part of the kit that writes
 * to the copy. The broken VM and its disk stay as they are.
 *
 * It takes the disk offline for a moment, so it must run after everything that reads the copy. What it changed is in
 * `changes`, and in a backup file on the copy by which `undo` puts it back. `destroy` removes the run command and leaves
 * the copy as it is. It costs nothing.
 *
 * @example
 * const dumps = new DumpEnablement("web01", {
 *   repairVmId: vm.vmId,
 *   location: copy.location,
 *   lun: 2,
 *   windowsRoot: attachment.windowsRoot,
 *   sourceVmId: brokenVm.id,
 *   copyDiskId: copy.diskId,
 *   runId: copy.snapshotName,
 * }, { dependsOn: collection });
 */
export class DumpEnablement extends pulumi.ComponentResource {
  /** `enabled`, `undone`, `nothing-to-undo`, `not-mounted` or `refused`. */
  public readonly status: pulumi.Output<string>;
  /** The values that this run changed; none when they were right already. */
  public readonly changes: pulumi.Output<ChangedValue[]>;
  /** File on the copy that holds what was there before; absent when there is none. */
  public readonly backupFile: pulumi.Output<string | undefined>;
  /** Why nothing was changed, or what is to be known beside it. */
  public readonly reason: pulumi.Output<string | undefined>;
  /** What to do next, a sentence each. */
  public readonly nextSteps: pulumi.Output<string[]>;

  constructor(name: string, args: DumpEnablementArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:DumpEnablement", name, withSecretKey(args), opts);

    const answer = runInGuest(
      `${name}-run-command`,
      {
        script: "enable-dump",
        vmId: args.repairVmId,
        location: args.location,
        parameters: {
          Lun: pulumi.output(args.lun).apply(String),
          WindowsRoot: pulumi.output(args.windowsRoot).apply((root) => root ?? ""),
          Undo: pulumi.output(args.undo).apply((undo) => String(undo ?? false)),
          SourceVmId: args.sourceVmId,
          CopyDiskId: args.copyDiskId,
          RunId: args.runId,
        },
        protectedParameters: { RecoveryKey: checkedRecoveryKey(args.bitLockerRecoveryKey, this) },
        timeoutSeconds: TIMEOUT_SECONDS,
        tags: args.tags,
      },
      this,
    );

    this.status = answer.apply(({ status }) => status);
    this.changes = answer.apply((dumps) =>
      listOf(dumps.changes).map((change) => changedValueOf(recordOf(change) ?? {})),
    );
    this.backupFile = answer.apply((dumps) => textOf(dumps.backupFile));
    this.reason = answer.apply((dumps) => textOf(dumps.reason));
    this.nextSteps = answer.apply((dumps) => textsOf(dumps.nextSteps));
    this.registerOutputs({
      status: this.status,
      changes: this.changes,
      backupFile: this.backupFile,
      reason: this.reason,
      nextSteps: this.nextSteps,
    });
  }
}

function changedValueOf(change: Record<string, unknown>): ChangedValue {
  return {
    controlSet: textOf(change.controlSet) ?? "",
    key: textOf(change.key) ?? "",
    name: textOf(change.name) ?? "",
    from: valueText(change.from),
    to: valueText(change.to),
  };
}

function valueText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : [value].flat().map(String).join("\n");
}
