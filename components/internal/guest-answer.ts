import { printable } from "../../disk/printable";

/** How much of a line that is no answer is shown. */
const LONGEST_SHOWN = 500;

/** A guest script's answer could not be read: the script is another version, or something else wrote the last line. */
export class GuestAnswerError extends Error {
  constructor(
    /** The guest script that should have answered. */
    readonly script: string,
    /** What stood where the answer should be. */
    readonly lastLine: string,
    reason: string,
  ) {
    const shown = lastLine.length > LONGEST_SHOWN ? `${lastLine.slice(0, LONGEST_SHOWN)}…` : lastLine;
    super(
      `${script} must answer with a JSON object of schema 1 on its last line, got "${printable(shown)}" (${reason}); ` +
        "read the whole output with: az vm run-command show --instance-view",
    );
    this.name = "GuestAnswerError";
  }
}

/** A guest script's answer: a status, and whatever else that script tells. Absent values are null. */
export interface GuestAnswer {
  readonly status: string;
  readonly [field: string]: unknown;
}

/**
 * Reads a guest script's answer from its output: the last line that is not empty.
 *
 * Its texts name files of a disk that somebody else wrote, and end in a terminal: what a terminal obeys is escaped.
 *
 * @param script id of the guest script, for the message
 * @throws GuestAnswerError when that line is not an answer
 */
export function parseGuestAnswer(script: string, output: string | undefined): GuestAnswer {
  const lastLine = (output ?? "").trimEnd().split(/\r?\n/).at(-1) ?? "";
  let answer: unknown;
  try {
    answer = JSON.parse(lastLine, (_, value: unknown) => (typeof value === "string" ? printable(value) : value));
  } catch {
    throw new GuestAnswerError(script, lastLine, lastLine === "" ? "no output" : "no JSON");
  }
  if (!isRecord(answer)) {
    throw new GuestAnswerError(script, lastLine, "no object");
  }
  if (answer.schema !== 1) {
    throw new GuestAnswerError(script, lastLine, `schema ${JSON.stringify(answer.schema)}`);
  }
  const status = answer.status;
  if (typeof status !== "string") {
    throw new GuestAnswerError(script, lastLine, "no status");
  }
  return { ...answer, status };
}

/** A text of an answer; undefined when it is null or missing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A number of an answer; undefined when it is null or missing. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A list of texts of an answer; empty when it is null or missing. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter((item): item is string => typeof item === "string");
}

/** A list of an answer; empty when it is null or missing. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An object of an answer; undefined when it is null or missing. */
export function recordOf(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
