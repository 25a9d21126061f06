import { createRequire } from "node:module";

import * as pulumi from "@pulumi/pulumi";

import type { SignedIn } from "../azure/sign-in";
import { printable } from "../disk/printable";
import type { BugCheck, SearchedPlace } from "./dump-collection";
import { headerText } from "./internal/header-text";
import { type ProbeAnswer, probeAnswer, probeLine, unreadableAnswer, withExtracted } from "./internal/probe-answer";
import { providerLogin } from "./internal/provider-login";
import type { ExtractionTarget, Listener } from "./internal/read-snapshot";
import { inputError } from "./internal/validate";

/** Statuses with a dump that can be copied. */
const WITH_DUMP = ["found", "in-page-file"];

/** Where {@link SnapshotProbe} puts the dump. */
export interface DumpTargetArgs {
  /** URL of the blob container that receives the dump. */
  containerUrl: pulumi.Input<string>;

  /** Beginning of the blob's name, without a slash at its end. */
  blobPrefix: pulumi.Input<string>;

  /** Resource id of the broken VM, written on the blob. */
  sourceVmId: pulumi.Input<string>;

  /**
   * Whether the right to write to the container was given in the same `up`: then up to ten minutes are waited for it.
   *
   * @default `false`
   */
  rightIsNew?: boolean;
}

/** Arguments of {@link SnapshotProbe}. */
export interface SnapshotProbeArgs {
  /** Resource id of the snapshot. Nobody else may be reading it: an access that is left from a killed run is ended. */
  snapshotId: pulumi.Input<string>;

  /**
   * Where the dump is copied to, from store to store where the service does it. The account that Pulumi is logged in with
   * needs the role Storage Blob Data Contributor there.
   *
   * @default it is not copied
   */
  extractTo?: DumpTargetArgs;
}

/**
 * Reads a snapshot of a broken Windows from outside, without any VM: is there a crash dump, and of what?
 *
 * It reads about a megabyte by a signature on the snapshot that lives for minutes and is given back, also after an error
 * or Ctrl-C, and is nowhere written down. It does so at each `pulumi up`, in seconds, and never in a preview. A dump that
 * is in the container already is not copied again. Where the snapshot cannot be read, that is a warning and the status
 * `unreadable`; with `extractTo`, an error. It makes nothing in Azure but the blob, which survives `destroy`.
 *
 * @example
 * const probe = new SnapshotProbe("web01", { snapshotId: copy.snapshotId });
 * export const dumpStatus = probe.status;
 */
export class SnapshotProbe extends pulumi.ComponentResource {
  /**
   * `collected` when the dump was copied. Else `found`, `in-page-file`, `not-found`, `damaged`, `encrypted`,
   * `unsupported`, `no-windows-volume` or `unreadable`.
   */
  public readonly status: pulumi.Output<string>;
  /** Why the status is what it is. */
  public readonly reason: pulumi.Output<string>;
  /** Path of the best dump as the broken Windows sees it, like `C:\Windows\MEMORY.DMP`. */
  public readonly dumpPath: pulumi.Output<string | undefined>;
  /** Size of the dump in bytes. */
  public readonly dumpSize: pulumi.Output<number | undefined>;
  /** What the dump's header says of the crash. */
  public readonly bugCheck: pulumi.Output<BugCheck | undefined>;
  /** Every place that was looked at. */
  public readonly searched: pulumi.Output<SearchedPlace[]>;
  /** What to do next, a sentence each. */
  public readonly nextSteps: pulumi.Output<string[]>;
  /** URL of the copied dump. */
  public readonly dumpBlobUrl: pulumi.Output<string | undefined>;
  /** SHA-256 of the copied dump in hexadecimal; absent when no byte of it came through the machine that runs Pulumi. */
  public readonly dumpSha256: pulumi.Output<string | undefined>;

  constructor(name: string, args: SnapshotProbeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure-repair-kit:index:SnapshotProbe", name, args, opts);

    const { extractTo } = args;
    const answer = pulumi
      .all([args.snapshotId, extractTo?.containerUrl, extractTo?.blobPrefix, extractTo?.sourceVmId])
      .apply(async ([snapshotId, containerUrl, blobPrefix, sourceVmId]): Promise<ProbeAnswer> => {
        // A preview reads nothing, so the answer is not known there.
        if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as ProbeAnswer;
        const isTarget = containerUrl !== undefined && blobPrefix !== undefined && sourceVmId !== undefined;
        const metadata = { sourcevm: headerText(sourceVmId ?? ""), snapshot: headerText(snapshotId) };
        const isRightNew = extractTo?.rightIsNew ?? false;
        return read(snapshotId, isTarget ? { containerUrl, blobPrefix, isRightNew, metadata } : undefined, this);
      });

    this.status = answer.status;
    this.reason = answer.reason;
    this.dumpPath = answer.apply(({ dumpPath }) => dumpPath);
    this.dumpSize = answer.apply(({ dumpSize }) => dumpSize);
    this.bugCheck = answer.apply(({ bugCheck }) => bugCheck);
    this.searched = answer.searched;
    this.nextSteps = answer.nextSteps;
    this.dumpBlobUrl = answer.apply(({ dumpBlobUrl }) => dumpBlobUrl);
    this.dumpSha256 = answer.apply(({ dumpSha256 }) => dumpSha256);
    this.registerOutputs({
      status: this.status,
      reason: this.reason,
      dumpPath: this.dumpPath,
      dumpSize: this.dumpSize,
      bugCheck: this.bugCheck,
      searched: this.searched,
      nextSteps: this.nextSteps,
      dumpBlobUrl: this.dumpBlobUrl,
      dumpSha256: this.dumpSha256,
    });
  }
}

async function read(
  snapshotId: string,
  target: ExtractionTarget | undefined,
  resource: pulumi.Resource,
): Promise<ProbeAnswer> {
  const listener = listenerOf(resource);
  try {
    const login = await providerLogin();
    const answer = await probe(snapshotId, login, listener);
    if (target === undefined || !WITH_DUMP.includes(answer.status)) return answer;
    return withExtracted(answer, await reader().extractDump(snapshotId, target, login, listener));
  } catch (error) {
    const reason = printable(error instanceof Error ? error.message : String(error));
    if (target !== undefined) throw inputError(reason, resource);
    listener.warn(`the snapshot could not be read from outside: ${reason}`);
    return unreadableAnswer(reason);
  }
}

async function probe(snapshotId: string, login: SignedIn, listener: Listener): Promise<ProbeAnswer> {
  const triage = await reader().triageSnapshot(snapshotId, login, listener);
  const answer = probeAnswer(triage, snapshotId);
  const { requests, bytes } = triage.reads;
  listener.info(`${probeLine(answer)} (${bytes.toLocaleString("en-US")} bytes read in ${requests} requests)`);
  return answer;
}

/** Loaded when something is to be read: the clients of Azure and the disk library take a quarter of a second. */
function reader(): typeof import("./internal/read-snapshot") {
  return createRequire(__filename)("./internal/read-snapshot") as typeof import("./internal/read-snapshot");
}

function listenerOf(resource: pulumi.Resource): Listener {
  const say = (level: "info" | "warn", text: string, isPassing = false): void => {
    // Failing to tell is no reason to fail.
    void pulumi.log[level](printable(text), resource, undefined, isPassing).catch(() => undefined);
  };
  return {
    info: (text) => say("info", text),
    progress: (text) => say("info", text, true),
    warn: (text) => say("warn", text),
  };
}
