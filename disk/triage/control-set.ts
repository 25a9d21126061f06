import type { RegistryHive } from "../registry/registry-hive";
import type { RegistryKey } from "../registry/registry-key";
import { numberOf } from "./registry-settings";
import { sentences } from "./sentences";

/** The control set that was in use at the crash. */
export interface ControlSet {
  /** Such as `ControlSet001`. */
  readonly name: string;
  /** Null when the hive has no such key. */
  readonly key: RegistryKey | null;
  /** Which one it is, and why. */
  readonly words: string;
}

/**
 * Finds the control set in use: a start writes its own number to `Current`; `Failed` is the one that the last known good
 * configuration took the place of.
 *
 * @returns null when the hive names none
 */
export async function selectControlSet(hive: RegistryHive): Promise<ControlSet | null> {
  const select = await hive.key("Select");
  const named = async (name: string): Promise<string | null> => {
    const number = await numberOf(select, name);
    return number ? `ControlSet${String(number).padStart(3, "0")}` : null;
  };
  const current = await named("Current");
  const numbered = [current, await named("Default"), await named("LastKnownGood")].filter((name) => name !== null);
  const [first] = numbered;
  if (first === undefined) return null;
  let [name, key]: [string, RegistryKey | null] = [first, null];
  for (const one of numbered) {
    key = await hive.key(one);
    if (!key) continue;
    name = one;
    break;
  }
  return { name, key, words: wordsOf(name, current, await named("Failed")) };
}

function wordsOf(name: string, current: string | null, failed: string | null): string {
  if (current !== null && current !== name) return sentences.selectOther(name, current);
  return failed !== null && failed !== name ? sentences.selectFailed(name, failed) : name;
}
