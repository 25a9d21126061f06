import { fileTimeToIso } from "../../../disk/file-time";
import type { DumpHeader } from "../../../disk";
import { isEarlier } from "./dump-choice";
import { stepText } from "./explanation";
import type { ModelContext } from "./run-model";
import type { Candidate, SearchResult } from "./search-dump";

/** What the header says of the crash, as the answer has it. */
export function crashOf(header: DumpHeader): Record<string, unknown> {
  const { code, name, parameters, status, statusName } = header.bugCheck;
  return {
    bugCheck: { code, name, parameters, status, statusName },
    systemTime: header.systemTime,
    build: header.build,
    dumpKind: header.kind,
    dumpRequired: header.requiredSize,
    dumpComplete: header.complete,
  };
}

/** Reason and steps that go with a dump which is not all that was hoped for. */
export function remarksOfTaken(
  context: ModelContext,
  { place, header, size }: Candidate,
  { newer, search: { system } }: SearchResult,
): { reason: string | null; nextSteps: string[] } {
  const { text } = context;
  const reasons: string[] = [];
  const isOld = isEarlier(header, system);
  if (place.kind === "page-file") reasons.push(text("reason-from-page-file", place.path, size));
  if (header.complete === false) reasons.push(text("reason-cut-off", place.path));
  if (newer !== null) reasons.push(text("reason-newer-cut-off", newer));
  if (isOld) reasons.push(text("reason-earlier", fileTimeToIso(system.lastCrash ?? 0n)));
  return {
    reason: reasons.length > 0 ? reasons.join(" ") : null,
    nextSteps: header.complete === false || newer !== null || isOld ? [stepText(context, "next-nmi")] : [],
  };
}
