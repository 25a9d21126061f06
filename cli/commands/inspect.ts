import { CachedSource, findCrashEvents, findEvidence, triage, type CrashEvent, type EvidenceFile } from "../../disk";
import { printable } from "../../disk/printable";
import { recorded } from "../output/read-plan";
import { eventLines, evidenceLines, reportOf } from "../output/report";
import type { Session } from "../session";
import { openVolume } from "../../extraction/volume/open-volume";
import { withSource } from "../source/open-source";

/** Options of `inspect`. */
export interface InspectOptions {
  readonly json?: boolean;
  /** Tells the events of the crash and the other files that say why Windows stopped, too. */
  readonly evidence?: boolean;
  readonly scan?: boolean;
  readonly verbose?: boolean;
}

/** What the disk tells beside its dumps; nulls when there is no Windows. */
interface Evidence {
  readonly evidence: readonly EvidenceFile[] | null;
  readonly events: readonly CrashEvent[] | null;
}

/** Says what is on a disk: Windows, its crash dumps, or why there are none. */
export async function inspect(sourceText: string, options: InspectOptions, session: Session): Promise<void> {
  const { console } = session;
  const onProblem = (problem: string): void => console.say(printable(`note: ${problem}`));
  const answer = await withSource(sourceText, session, async ({ bytes, kind }) => {
    const start = performance.now();
    const reads = recorded(bytes, console, options.verbose);
    const source = new CachedSource(reads);
    const answer = await triage(source, { kind, scan: options.scan ?? false, onProblem });
    const more = options.evidence ? await evidenceOf(source, answer.windows !== null, onProblem) : null;
    const milliseconds = Math.round(performance.now() - start);
    return { ...answer, reads: { requests: reads.requests, bytes: reads.bytes, milliseconds }, ...more };
  });
  if (options.json) console.result(JSON.stringify(answer, null, 2));
  else {
    const { evidence, events } = { evidence: null, events: null, ...answer };
    const lines = [...reportOf(answer), ...evidenceLines(evidence ?? []), ...eventLines(events ?? [])];
    lines.forEach((line) => console.result(line));
  }
}

async function evidenceOf(
  source: CachedSource,
  hasWindows: boolean,
  onProblem: (problem: string) => void,
): Promise<Evidence> {
  const windows = hasWindows ? (await openVolume(source, null)).windows : null;
  if (!windows) return { evidence: null, events: null };
  const [evidence, events] = await Promise.all([findEvidence(windows, onProblem), findCrashEvents(windows, onProblem)]);
  return { evidence, events };
}
