import { RegistryTypeError } from "../errors";
import type { RegistryKey } from "../registry/registry-key";
import type { RegistryValue } from "../registry/registry-value";
import { forPurpose } from "../sources/read-purpose";

/** A number; null when it is not there, or in another type than Windows writes, which counts as absent for Windows, too. */
export async function numberOf(key: RegistryKey | null, name: string): Promise<number | null> {
  return decoded(key, name, (value) => value.asNumber());
}

/** A text that is not empty; null otherwise. */
export async function textOf(key: RegistryKey | null, name: string): Promise<string | null> {
  const text = await decoded(key, name, (value) => value.asString());
  return text === "" ? null : text;
}

/** The texts of a list that are not empty; null when it is not there. */
export async function textsOf(key: RegistryKey | null, name: string): Promise<readonly string[] | null> {
  const texts = await decoded(key, name, (value) => value.asStrings());
  return texts?.map((text) => text.trim()).filter((text) => text !== "") ?? null;
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
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  const asked = new Set(known);
  let texts = paths;
  for (let round = 0; round < deepest; round++) {
    const names = texts.flatMap((text) => [...text.matchAll(/%([^%]+)%/g)].map(([, name = ""]) => name.toUpperCase()));
    const fresh = [...new Set(names)].filter((name) => !asked.has(name));
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
  return variables;
}
