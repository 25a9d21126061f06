/** Bytes of an answer at most: a run command returns the last 4,096 bytes of the output. */
export const ANSWER_LIMIT = 3500;

/** The answer of a guest script. Keys in the order in which they are written. */
export type Answer = Record<string, unknown> & { status: string | null; nextSteps: string[] };

/**
 * One line of ASCII JSON. Entries of the named list are left out from its end, with their number, until it is short
 * enough; then texts are cut.
 */
export function answerLine(answer: Answer, longList: string): string {
  let list = (answer[longList] ?? []) as unknown[];
  let cut = answer;
  for (let left = 1; ascii(cut).length > ANSWER_LIMIT && list.length > 0; left++) {
    list = list.slice(0, -1);
    cut = { ...answer, [longList]: list, [`${longList}LeftOut`]: left };
  }
  for (const longest of [400, 200, 100, 50, 25]) {
    if (ascii(cut).length <= ANSWER_LIMIT) break;
    cut = limitText(cut, longest) as Answer;
  }
  return ascii(cut);
}

/** Cuts every text but the blob's address and hash, which are of no use in part. */
function limitText(value: unknown, longest: number): unknown {
  if (typeof value === "string") return value.length <= longest ? value : `${value.slice(0, longest)}...`;
  if (Array.isArray(value)) return value.map((entry: unknown) => limitText(entry, longest));
  if (typeof value !== "object" || value === null) return value;
  const whole = ["dumpBlobUrl", "dumpSha256"];
  const limit = (key: string, entry: unknown): unknown => (whole.includes(key) ? entry : limitText(entry, longest));
  return Object.fromEntries(Object.entries(value).map(([key, entry]): [string, unknown] => [key, limit(key, entry)]));
}

/** The characters that Windows PowerShell escapes in JSON are escaped too, so that lengths agree. */
function ascii(answer: Answer): string {
  const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(answer).replace(/[^\x20-\x7e]|['<>&]/g, unicode);
}
