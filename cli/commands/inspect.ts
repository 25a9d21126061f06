import { CachedSource, findEvidence, triage, type RecordedRead } from "../../disk";
import { printable } from "../output/printable";
import { evidenceLines, reportOf } from "../output/report";
import { sizeText } from "../output/quantities";
import type { Session } from "../session";
import { openVolume } from "../../extraction/volume/open-volume";
import { withSource } from "../source/open-source";

/** Options of `inspect`. */
export interface InspectOptions {
  readonly json?: boolean;
  /** Lists the other files that tell why Windows stopped, too. */
  readonly evidence?: boolean;
  readonly scan?: boolean;
  readonly verbose?: boolean;
}

/** Says what is on a disk: Windows, its crash dumps, or why there are none. */
export async function inspect(sourceText: string, options: InspectOptions, session: Session): Promise<void> {
  const { console } = session;
  const onProblem = (problem: string): void => console.say(printable(`note: ${problem}`));
  const { answer, evidence } = await withSource(sourceText, session, async (source) => {
    const cached = new CachedSource(source.bytes);
    const answer = await triage(cached, {
      kind: source.kind,
      scan: options.scan ?? false,
      onProblem,
      ...(options.verbose && { onRead: (read) => console.say(printable(readText(read))) }),
    });
    if (!options.evidence || !answer.windows) return { answer, evidence: null };
    const { windows } = await openVolume(cached, null);
    return { answer, evidence: windows && (await findEvidence(windows, onProblem)) };
  });
  if (options.json) console.result(JSON.stringify(evidence ? { ...answer, evidence } : answer, null, 2));
  else [...reportOf(answer), ...evidenceLines(evidence ?? [])].forEach((line) => console.result(line));
}

function readText({ number, offset, length, milliseconds, purpose }: RecordedRead): string {
  const place = offset.toLocaleString("en-US");
  return `read ${number}: ${sizeText(length)} at ${place}, ${milliseconds.toFixed(0)} ms: ${purpose || "contents"}`;
}
