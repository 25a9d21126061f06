import { randomInt } from "node:crypto";

/** What a random text is made of, by the inputs of RandomString and RandomPassword. */
export interface TextRules {
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** Special characters to use instead of the usual ones; empty takes the usual ones. */
  readonly overrideSpecial: string;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Says why no text can follow the rules; undefined where one can. */
export function impossible(rules: TextRules): string | undefined {
  const { length, minLower, minUpper, minNumeric, minSpecial } = rules;
  const least = minLower + minUpper + minNumeric + minSpecial;
  if (length < 1) return `length must be at least 1, got ${length}`;
  if (length < least) return `length (${length}) must be at least the sum of the minimums (${least})`;
  if (alphabetOf(rules) === "") return "no characters are allowed; set one of lower, upper, numeric, special to true";
  return undefined;
}

/** A random text from the system's source of randomness for keys. */
export function randomText(rules: TextRules): string {
  const characters = [
    ...pick(LOWER, rules.minLower),
    ...pick(LOWER.toUpperCase(), rules.minUpper),
    ...pick(DIGITS, rules.minNumeric),
    ...pick(specialOf(rules), rules.minSpecial),
  ];
  characters.push(...pick(alphabetOf(rules), rules.length - characters.length));
  return shuffle(characters).join("");
}

function alphabetOf(rules: TextRules): string {
  return [
    rules.lower ? LOWER : "",
    rules.upper ? LOWER.toUpperCase() : "",
    rules.numeric ? DIGITS : "",
    rules.special ? specialOf(rules) : "",
  ].join("");
}

function specialOf({ overrideSpecial }: TextRules): string {
  return overrideSpecial === "" ? SPECIAL : overrideSpecial;
}

function pick(alphabet: string, count: number): string[] {
  return Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));
}

/** Fisher and Yates's shuffle. */
function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    const swapped = characters[last] ?? "";
    characters[last] = characters[other] ?? "";
    characters[other] = swapped;
  }
  return characters;
}
