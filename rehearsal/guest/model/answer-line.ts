/** Bytes of an answer at most: a run command returns the last 4,096 bytes of the output. */
export const ANSWER_LIMIT = 3500;

/** The answer of a guest script. Keys in the order in which they are written. */
export type Answer = Record<string, unknown> & { status: string | null; nextSteps: string[] };

/** One line of ASCII JSON; entries of the named list are left out from its end, with their number, until it is short enough. */
export function answerLine(answer: Answer, longList: string): string {
  let list = (answer[longList] ?? []) as unknown[];
  let cut = answer;
  for (let left = 1; ascii(cut).length > ANSWER_LIMIT && list.length > 0; left++) {
    list = list.slice(0, -1);
    cut = { ...answer, [longList]: list, [`${longList}LeftOut`]: left };
  }
  return ascii(cut);
}

/** The characters that Windows PowerShell escapes in JSON are escaped too, so that lengths agree. */
function ascii(answer: Answer): string {
  const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(answer).replace(/[^\x20-\x7e]|['<>&]/g, unicode);
}
