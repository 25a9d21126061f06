import { CorruptHiveError } from "../errors";
import type { HiveBins } from "./hive-bins";
import { isPlainName, nameHash } from "./key-name";

/** A subkey as its parent's list names it. */
export interface SubkeyEntry {
  /** Offset of the subkey's cell. */
  readonly offset: number;
  /** What the list says of its name: hash, first four letters, or nothing. */
  readonly hint: number | string | null;
}

/** "ri" lists hold lists; the kernel makes two levels, no more. */
const deepestList = 4;

/** No key was seen with nearly so many subkeys. */
const mostSubkeys = 4_000_000;

/**
 * Reads the list of a key's subkeys: lf, lh, li, or ri over several of these.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov), "Subkeys list".
 *
 * @throws CorruptHiveError
 */
export async function readSubkeyList(bins: HiveBins, offset: number, keyPath: string): Promise<SubkeyEntry[]> {
  const entries: SubkeyEntry[] = [];
  await collect(bins, offset, keyPath, entries, 0);
  return entries;
}

/** Whether a list entry may be a name; without a hint any may. */
export function mayBe(entry: SubkeyEntry, name: string): boolean {
  if (entry.hint === null || !isPlainName(name)) return true;
  if (typeof entry.hint === "number") return entry.hint === nameHash(name);
  return entry.hint.toUpperCase() === name.slice(0, 4).toUpperCase();
}

async function collect(
  bins: HiveBins,
  offset: number,
  keyPath: string,
  entries: SubkeyEntry[],
  depth: number,
): Promise<void> {
  const what = (): string => `The list of subkeys of ${keyPath}`;
  const cell = await bins.cell(offset, what);
  const kind = cell.latin1(0, 2);
  const count = cell.u16(2);
  if (entries.length + count > mostSubkeys || depth >= deepestList) {
    throw new CorruptHiveError(`${what()} is longer or deeper than any list is.`);
  }
  for (let index = 0; index < count; index++) {
    if (kind === "lh") entries.push({ offset: cell.u32(4 + index * 8), hint: cell.u32(8 + index * 8) });
    else if (kind === "lf")
      entries.push({ offset: cell.u32(4 + index * 8), hint: letters(cell.latin1(8 + index * 8, 4)) });
    else if (kind === "li") entries.push({ offset: cell.u32(4 + index * 4), hint: null });
    else if (kind === "ri") await collect(bins, cell.u32(4 + index * 4), keyPath, entries, depth + 1);
    else cell.fail(`begins with ${JSON.stringify(kind)}; a list begins with lf, lh, li or ri`);
  }
}

/** Four letters of an "lf" entry; null when they are of a name that is not ASCII. */
function letters(text: string): string | null {
  const end = text.indexOf("\0");
  const plain = end < 0 ? text : text.slice(0, end);
  return plain !== "" && isPlainName(plain) ? plain : null;
}
