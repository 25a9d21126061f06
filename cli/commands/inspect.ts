import { triage, type RecordedRead } from "../../disk";
import { reportOf } from "../output/report";
import { sizeText } from "../output/quantities";
import type { Session } from "../session";
import { withSource } from "../source/open-source";

/** Options of `inspect`. */
export interface InspectOptions {
  readonly json?: boolean;
  readonly evidence?: boolean;
  readonly scan?: boolean;
  readonly verbose?: boolean;
}

/** Says what is on a disk: Windows, its crash dumps, or why there are none. */
export async function inspect(sourceText: string, options: InspectOptions, session: Session): Promise<void> {
  const { console } = session;
  const answer = await withSource(sourceText, session, (source) =>
    triage(source.bytes, {
      kind: source.kind,
      scan: options.scan ?? false,
      onProblem: (problem) => console.say(`note: ${problem}`),
      ...(options.verbose && { onRead: (read) => console.say(readText(read)) }),
    }),
  );
  if (options.json) console.result(JSON.stringify(answer, null, 2));
  else reportOf(answer).forEach((line) => console.result(line));
}

function readText({ number, offset, length, milliseconds, purpose }: RecordedRead): string {
  const place = offset.toLocaleString("en-US");
  return `read ${number}: ${sizeText(length)} at ${place}, ${milliseconds.toFixed(0)} ms: ${purpose || "contents"}`;
}
