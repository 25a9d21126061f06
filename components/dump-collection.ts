import * as pulumi from "@pulumi/pulumi";

import { COLLECTED_BY_DEFAULT, collectableProblem } from "./internal/collectable";
import { listOf, numberOf, recordOf, textOf, textsOf } from "./internal/guest-answer";
import { runInGuest } from "./internal/guest-run";
import { checked } from "./internal/validate";

/** Azure's own limit of a run command unless told otherwise, and below the two hours that the provider waits. */
const TIMEOUT_SECONDS = 5400;

/** What the header of a crash dump says of the crash. */
export interface BugCheck {
  /** Bug check code in hexadecimal, like `0xC000021A`. */
  code?: string;
  /** Name of the bug check. */
  name?: string;
  /** The four parameters in hexadecimal. */
  parameters: string[];
  /** For 0xC000021A the status with which the process ended, in hexadecimal. */
  status?: string;
  /** Name of that status, like `STATUS_INVALID_IMAGE_HASH`. */
  statusName?: string;
}

/** A place where a crash dump could have been. */
export interface SearchedPlace {
  /** Path inside the repair VM. */
  path: string;
  /** Whether there was something. */
  found: boolean;
  /** Why it was taken or left. */
  why: string;
}

/** Arguments of {@link DumpCollection}. */
export interface DumpCollectionArgs {
  /** Resource id of the repair VM. */
  repairVmId: pulumi.Input<string>;

  /** Region of the repair VM. */
  location: pulumi.Input<string>;

  /** Folder of the broken Windows inside the repair VM, like `F:\Windows`. Absent means not mounted, which is told, not an error. */
  windowsRoot?: pulumi.Input<string | undefined>;

  /** URL of the blob container that receives the dump. */
  containerUrl: pulumi.Input<string>;

  /** Beginning of the blob's name, without a slash at its end. */
  blobPrefix: pulumi.Input<string>;

  /** Client id of the repair VM's identity, which may write to the container. */
  identityClientId: pulumi.Input<string>;

  /** Resource id of the broken VM, written beside the dump. */
  sourceVmId: pulumi.Input<string>;

  /** Resource id of the snapshot that the dump comes from, written beside the dump. */
  snapshotId: pulumi.Input<string>;

  /**
   * What goes to the store: `dump` (the best one), `minidumps` (every small one), `evidence` (registry, event logs and
   * logs of updates, set-up and start). Minidumps and evidence come with `manifest.json`, a list of all files with hashes.
   *
   * @default `["dump"]`
   */
  collect?: pulumi.Input<string>[];

  /** Any text that names this run, for example the name of the snapshot. Another text than last time runs it again. */
  runId: pulumi.Input<string>;

  /** Tags of the run command, besides the kit's own. Set once. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Finds the crash dump of a broken Windows that is mounted in a repair VM, reads its header, and uploads it with its SHA-256.
 *
 * No dump is an answer, not an error: `reason` says why there is none, and `nextSteps` how to get one. Nothing changes on
 * the mounted disk. The uploaded dump survives `destroy`; storing it is what costs.
 *
 * @example
 * const collection = new DumpCollection("web01", {
 *   repairVmId: vm.vmId,
 *   location: copy.location,
 *   windowsRoot: attachment.windowsRoot,
 *   containerUrl: store.containerUrl,
 *   blobPrefix: "web01",
 *   identityClientId: vm.identityClientId,
 *   sourceVmId: brokenVm.id,
 *   snapshotId: copy.snapshotId,
 *   runId: copy.snapshotName,
 * });
 */
export class DumpCollection extends pulumi.ComponentResource {
  /** `collected`, `not-found`, `found` (a dump is there, and was not asked for), `not-mounted` or `upload-refused`. */
  public readonly status: pulumi.Output<string>;
  /** Path of the dump inside the repair VM, like `F:\Windows\MEMORY.DMP`. */
  public readonly dumpPath: pulumi.Output<string | undefined>;
  /** URL of the uploaded dump. */
  public readonly dumpBlobUrl: pulumi.Output<string | undefined>;
  /** SHA-256 of the dump in hexadecimal. */
  public readonly dumpSha256: pulumi.Output<string | undefined>;
  /** Size of the dump in bytes. */
  public readonly dumpSize: pulumi.Output<number | undefined>;
  /** What the dump's header says of the crash. */
  public readonly bugCheck: pulumi.Output<BugCheck | undefined>;
  /** URL of the list of all that was collected; absent unless more than the dump was asked for. */
  public readonly manifestBlobUrl: pulumi.Output<string | undefined>;
  /** Number of files in the store, the dump among them. */
  public readonly collectedFiles: pulumi.Output<number | undefined>;
  /** Every place that was looked at. */
  public readonly searched: pulumi.Output<SearchedPlace[]>;
  /** Why there is no dump, why it is not uploaded, or what is wrong with the one that is; absent when all is well. */
  public readonly reason: pulumi.Output<string | undefined>;
  /** What to do next, a sentence each. */
  public readonly nextSteps: pulumi.Output<string[]>;

  constructor(name: string, args: DumpCollectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:DumpCollection", name, args, opts);

    const collect = (args.collect ?? COLLECTED_BY_DEFAULT).map((one) =>
      checked(one, this, (text) => collectableProblem("collect", text)),
    );
    const answer = runInGuest(
      `${name}-run-command`,
      {
        script: "collect-dump",
        vmId: args.repairVmId,
        location: args.location,
        parameters: {
          WindowsRoot: pulumi.output(args.windowsRoot).apply((root) => root ?? ""),
          ContainerUrl: args.containerUrl,
          BlobPrefix: args.blobPrefix,
          IdentityClientId: args.identityClientId,
          SourceVmId: args.sourceVmId,
          SnapshotId: args.snapshotId,
          Collect: pulumi.all(collect).apply((all) => all.join(",")),
          RunId: args.runId,
        },
        timeoutSeconds: TIMEOUT_SECONDS,
        tags: args.tags,
      },
      this,
    );

    this.status = answer.apply(({ status }) => status);
    this.dumpPath = answer.apply((dump) => textOf(dump.dumpPath));
    this.dumpBlobUrl = answer.apply((dump) => textOf(dump.dumpBlobUrl));
    this.dumpSha256 = answer.apply((dump) => textOf(dump.dumpSha256));
    this.dumpSize = answer.apply((dump) => numberOf(dump.dumpSize));
    this.bugCheck = answer.apply((dump) => bugCheckOf(recordOf(dump.bugCheck)));
    this.manifestBlobUrl = answer.apply((dump) => textOf(dump.manifestBlobUrl));
    this.collectedFiles = answer.apply((dump) => numberOf(dump.collectedFiles));
    this.searched = answer.apply((dump) =>
      listOf(dump.searched).map((place) => searchedPlaceOf(recordOf(place) ?? {})),
    );
    this.reason = answer.apply((dump) => textOf(dump.reason));
    this.nextSteps = answer.apply((dump) => textsOf(dump.nextSteps));
    this.registerOutputs({
      status: this.status,
      dumpPath: this.dumpPath,
      dumpBlobUrl: this.dumpBlobUrl,
      dumpSha256: this.dumpSha256,
      dumpSize: this.dumpSize,
      bugCheck: this.bugCheck,
      manifestBlobUrl: this.manifestBlobUrl,
      collectedFiles: this.collectedFiles,
      searched: this.searched,
      reason: this.reason,
      nextSteps: this.nextSteps,
    });
  }
}

function bugCheckOf(bugCheck: Record<string, unknown> | undefined): BugCheck | undefined {
  return (
    bugCheck && {
      code: textOf(bugCheck.code),
      name: textOf(bugCheck.name),
      parameters: textsOf(bugCheck.parameters),
      status: textOf(bugCheck.status),
      statusName: textOf(bugCheck.statusName),
    }
  );
}

function searchedPlaceOf(place: Record<string, unknown>): SearchedPlace {
  return { path: textOf(place.path) ?? "", found: place.found === true, why: textOf(place.why) ?? "" };
}
