/** Bytes of an answer at most: a run command returns the last 4,096 bytes of the output. */
export const ANSWER_LIMIT = 3500;

/** Texts of a list are cut to this before entries are left out. */
const LONGEST_LIST_TEXT = 300;
/** Of no use in part. */
const WHOLE_FIELDS = ["manifestBlobUrl", "dumpBlobUrl", "dumpSha256"];

/** The answer of a guest script. Keys in the order in which they are written. */
export type Answer = Record<string, unknown> & { status: string | null; nextSteps: string[] };

/**
 * One line of ASCII JSON, short enough. First the texts of the named list are cut, then its entries are left out with
 * their number, then all texts are cut, and last what is of no use in part.
 */
export function answerLine(answer: Answer, longList: string): string {
  let cut = limitText(answer, ANSWER_LIMIT) as Answer;
  const isLong = (): boolean => asciiJson(cut).length > ANSWER_LIMIT;
  if (!isLong()) return asciiJson(cut);
  let list = limitText(answer[longList] ?? [], LONGEST_LIST_TEXT) as unknown[];
  cut = { ...cut, [longList]: list };
  for (let left = 1; isLong() && list.length > 0; left++) {
    list = list.toSpliced(indexToLeaveOut(list), 1);
    cut = { ...cut, [longList]: list, [`${longList}LeftOut`]: left };
  }
  for (const longest of [400, 200, 100, 50, 25]) if (isLong()) cut = limitText(cut, longest) as Answer;
  for (const field of WHOLE_FIELDS) if (isLong() && field in cut) cut = { ...cut, [field]: null };
  return asciiJson(cut);
}

/** The last place where nothing was; only when there is none any more, the last of all. */
function indexToLeaveOut(list: readonly unknown[]): number {
  const without = list.findLastIndex((entry) => (entry as { found?: boolean }).found === false);
  return without < 0 ? list.length - 1 : without;
}

/** Cuts every text, and replaces what is no well-formed UTF-16, as NTFS allows in a name. */
function limitText(value: unknown, longest: number): unknown {
  if (typeof value === "string") {
    const text = Buffer.from(value).toString();
    if (text.length <= longest) return text;
    // Not between the two halves of a character.
    const isHigh = /[\ud800-\udbff]/.test(text.charAt(longest - 1));
    return `${text.slice(0, isHigh ? longest - 1 : longest)}...`;
  }
  if (Array.isArray(value)) return value.map((entry: unknown) => limitText(entry, longest));
  if (typeof value !== "object" || value === null) return value;
  const limit = (key: string, entry: unknown): unknown =>
    WHOLE_FIELDS.includes(key) ? entry : limitText(entry, longest);
  return Object.fromEntries(Object.entries(value).map(([key, entry]): [string, unknown] => [key, limit(key, entry)]));
}

/** The characters that Windows PowerShell escapes in JSON are escaped too, so that lengths agree. */
export function asciiJson(answer: unknown): string {
  const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(answer).replace(/[^\x20-\x7e]|['<>&]/g, unicode);
}
