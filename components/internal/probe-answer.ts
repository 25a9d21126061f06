import type { Triage } from "../../disk";
import { printable } from "../../disk/printable";
import type { BugCheck, SearchedPlace } from "../dump-collection";
import type { ExtractedDump } from "./read-snapshot";

/** What reading a snapshot from outside told. */
export interface ProbeAnswer {
  /**
   * `collected` when the dump was put into a container. Else `found`, `in-page-file`, `not-found`, `damaged` (a place
   * could not be read, so that "not found" would be a guess), `encrypted`, `unsupported`, `no-windows-volume` or
   * `unreadable` (the snapshot could not be read from outside).
   */
  status: string;
  /** Why the status is what it is. */
  reason: string;
  /** Path of the best dump as the broken Windows sees it, like `C:\Windows\MEMORY.DMP`. */
  dumpPath?: string;
  /** Its size in bytes. */
  dumpSize?: number;
  /** What its header says of the crash. */
  bugCheck?: BugCheck;
  /** Every place that was looked at. */
  searched: SearchedPlace[];
  /** What to do next, a sentence each. */
  nextSteps: string[];
  /** URL of the dump in the container, when it was put there. */
  dumpBlobUrl?: string;
  /** Its SHA-256 in hexadecimal; absent when no byte of it came through the machine that runs Pulumi. */
  dumpSha256?: string;
}

/**
 * The triage as outputs tell it. Whoever wrote the disk must not drive the terminal of whoever reads an output.
 *
 * @param snapshotId what the commands among the next steps name
 */
export function probeAnswer(triage: Triage, snapshotId: string): ProbeAnswer {
  const [best] = triage.dumps;
  return {
    status: triage.dumpStatus,
    reason: printable(triage.reason),
    dumpPath: best && printable(best.path),
    dumpSize: best?.size,
    bugCheck: best && bugCheckOf(best),
    searched: triage.searched.map(({ path, found, why }) => ({ path: printable(path), found, why: printable(why) })),
    nextSteps: triage.nextSteps.map((step) => printable(step.replaceAll("SOURCE", snapshotId))),
  };
}

/** The same once the dump is in a container. */
export function withExtracted(answer: ProbeAnswer, { url, sha256, size }: ExtractedDump): ProbeAnswer {
  return {
    ...answer,
    status: "collected",
    dumpSize: size,
    dumpBlobUrl: url,
    dumpSha256: sha256 ?? undefined,
    nextSteps: [],
  };
}

/** The same where nothing could be read. */
export function unreadableAnswer(reason: string): ProbeAnswer {
  return { status: "unreadable", reason, searched: [], nextSteps: [] };
}

/** The answer in one line. */
export function probeLine({ status, reason, bugCheck }: ProbeAnswer): string {
  const stop = bugCheck?.code === undefined ? "" : ` STOP ${bugCheck.code} ${bugCheck.name ?? ""}`.trimEnd() + ".";
  return `${status}: ${reason}${stop}`;
}

function bugCheckOf({ bugCheck }: Triage["dumps"][number]): BugCheck {
  const { code, name, parameters, status, statusName } = bugCheck;
  return {
    code,
    name: name ?? undefined,
    parameters: [...parameters],
    status: status ?? undefined,
    statusName: statusName ?? undefined,
  };
}
