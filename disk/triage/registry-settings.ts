import { RegistryTypeError } from "../errors";
import type { RegistryKey } from "../registry/registry-key";
import { RegistryValue } from "../registry/registry-value";
import { forPurpose } from "../sources/read-purpose";

/** Told what is wrong with a setting and can be got over. */
export type OnProblem = (problem: string) => void;

/** Characters of the longest path that Windows knows; no text that is read here is longer. */
export const longestPath = 32_767;

/** Windows knows 16 page files at most; a damaged hive may name any number. */
const mostTexts = 32;

/** Variables that are looked up at most, of all paths. */
const mostVariables = 32;

/** A number; null when it is not there, or in another type than Windows writes, which counts as absent for Windows, too. */
export async function numberOf(key: RegistryKey | null, name: string): Promise<number | null> {
  return decoded(key, name, (value) => value.asNumber());
}

/** A text that is not empty, cut where it is longer than any path; null otherwise. */
export async function textOf(key: RegistryKey | null, name: string, onProblem?: OnProblem): Promise<string | null> {
  // One character more than is used, so that it is seen whether there are more.
  const text = await decoded(key, name, (value) => beginning(value, longestPath + 1).asString());
  if (text === null || text === "") return null;
  if (text.length > longestPath) onProblem?.(cutOff(name));
  return text.slice(0, longestPath);
}

/** The texts of a list that are not empty, only the first ones of a list that is too long; null when it is not there. */
export async function textsOf(
  key: RegistryKey | null,
  name: string,
  onProblem?: OnProblem,
): Promise<readonly string[] | null> {
  const longest = mostTexts * (longestPath + 1);
  const list = await decoded(key, name, (value) => {
    const texts = beginning(value, longest).asStrings();
    return { texts: texts.map((text) => text.trim()).filter((text) => text !== ""), size: value.data.length };
  });
  if (!list) return null;
  const { texts, size } = list;
  const isCut = size > longest * 2 || texts.length > mostTexts || texts.some((text) => text.length > longestPath);
  if (isCut) onProblem?.(cutOff(name));
  return texts.slice(0, mostTexts).map((text) => text.slice(0, longestPath));
}

const cutOff = (name: string): string =>
  `Registry value ${JSON.stringify(name)} is longer than Windows writes it; only its beginning was used.`;

/** A value without what lies behind so many characters: a damaged one may have millions. */
function beginning({ name, type, data }: RegistryValue, characters: number): RegistryValue {
  return new RegistryValue(name, type, data.subarray(0, characters * 2));
}

async function decoded<Decoded>(
  key: RegistryKey | null,
  name: string,
  decode: (value: RegistryValue) => Decoded,
): Promise<Decoded | null> {
  const value = await key?.value(name);
  if (!value) return null;
  try {
    return decode(value);
  } catch (error) {
    if (error instanceof RegistryTypeError) return null;
    throw error;
  }
}

/** Variables that need no look into the registry. */
const known = new Set(["SYSTEMROOT", "WINDIR", "SYSTEMDRIVE"]);

/** How deep variables name each other at most. */
const deepest = 3;

/** Variables of the broken Windows that the paths name, and those that these name in turn; by name in capitals. */
export async function readVariables(
  control: RegistryKey | null,
  paths: readonly string[],
  onProblem: OnProblem,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  const asked = new Set(known);
  let texts = paths;
  let isCut = false;
  for (let round = 0; round < deepest; round++) {
    const names = texts.flatMap((text) => [...text.matchAll(/%([^%]+)%/g)].map(([, name = ""]) => name.toUpperCase()));
    const unknown = [...new Set(names)].filter((name) => !asked.has(name));
    const fresh = unknown.slice(0, mostVariables + known.size - asked.size);
    isCut ||= fresh.length < unknown.length;
    if (fresh.length === 0) break;
    texts = await forPurpose("SYSTEM hive: variables", async () => {
      const key = (await (await control?.subkey("Session Manager"))?.subkey("Environment")) ?? null;
      for (const name of fresh) {
        asked.add(name);
        const value = await textOf(key, name);
        if (value !== null) variables.set(name, value);
      }
      return fresh.map((name) => variables.get(name) ?? "");
    });
  }
  if (isCut) {
    onProblem(`Paths in the registry name more than ${mostVariables} variables; the others were not looked up.`);
  }
  return variables;
}
