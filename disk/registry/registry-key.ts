import type { ByteView } from "../byte-view";
import { CorruptHiveError } from "../errors";
import { fileTimeToIso } from "../file-time";
import { noCell, type HiveBins } from "./hive-bins";
import { isPlainName, upperName } from "./key-name";
import { readValueCell, refuseLongList, type RegistryValue } from "./registry-value";
import { mayBe, readSubkeyList, type SubkeyEntry } from "./subkey-list";

/** Windows allows 512 levels; a deeper path goes round in a circle. */
const deepestKey = 512;

/** A key of a registry hive. */
export class RegistryKey {
  private list: SubkeyEntry[] | null = null;

  private constructor(
    private readonly bins: HiveBins,
    private readonly cell: ByteView,
    private readonly offset: number,
    /** Name of the key. */
    readonly name: string,
    /** From the root of the hive, with backslashes, such as `ControlSet001\Control`; empty for the root. */
    readonly path: string,
    private readonly depth: number,
  ) {}

  /**
   * Reads a "nk" cell.
   *
   * Source: "Windows registry file format specification" (Maxim Suhanov), "Key node".
   *
   * @throws CorruptHiveError
   */
  static async read(bins: HiveBins, offset: number, parent: RegistryKey | null): Promise<RegistryKey> {
    const cell = await bins.cell(offset, () => (parent ? `A subkey of ${parent.title}` : "The root key"));
    if (cell.latin1(0, 2) !== "nk") cell.fail('does not begin with "nk"');
    const length = cell.u16(72);
    const name = (cell.u16(2) & 0x20) !== 0 ? cell.latin1(76, length) : cell.utf16(76, length);
    if (!parent) return new RegistryKey(bins, cell, offset, name, "", 0);
    if (cell.u32(16) !== parent.offset)
      cell.fail(`belongs to the key at 0x${cell.u32(16).toString(16)}, not to this one`);
    if (parent.depth >= deepestKey) throw new CorruptHiveError(`Keys below ${parent.path} go round in a circle.`);
    const path = parent.path === "" ? name : `${parent.path}\\${name}`;
    return new RegistryKey(bins, cell, offset, name, path, parent.depth + 1);
  }

  /** Last change as ISO 8601 in UTC; null when it is no time. */
  get lastWritten(): string | null {
    return fileTimeToIso(this.cell.big(4));
  }

  /**
   * Finds a subkey by its name, case aside.
   *
   * Only keys whose hash fits are read. When none of them is the one, all are, so that a damaged hash is not taken
   * for a missing key.
   *
   * @throws CorruptHiveError
   */
  async subkey(name: string): Promise<RegistryKey | null> {
    const wanted = upperName(name);
    const entries = await this.entries();
    const likely = entries.filter((entry) => mayBe(entry, name));
    for (const entry of likely) {
      const key = await RegistryKey.read(this.bins, entry.offset, this);
      if (upperName(key.name) === wanted) return key;
    }
    for (const entry of entries) {
      const key = await RegistryKey.read(this.bins, entry.offset, this);
      if (isPlainName(key.name) && !mayBe(entry, key.name)) {
        throw new CorruptHiveError(`The list of subkeys of ${this.title} has a wrong hash for ${key.name}.`);
      }
    }
    return null;
  }

  /** All subkeys in the order of the list. */
  async keys(): Promise<RegistryKey[]> {
    const keys: RegistryKey[] = [];
    for (const entry of await this.entries()) keys.push(await RegistryKey.read(this.bins, entry.offset, this));
    return keys;
  }

  /**
   * A value by its name, case aside; the empty name is the default value.
   *
   * @throws CorruptHiveError
   */
  async value(name: string): Promise<RegistryValue | null> {
    const wanted = upperName(name);
    for (const offset of await this.valueOffsets()) {
      const cell = await readValueCell(this.bins, offset, this.path);
      if (upperName(cell.name) === wanted) return cell.read();
    }
    return null;
  }

  /** All values with their data. */
  async values(): Promise<RegistryValue[]> {
    const values: RegistryValue[] = [];
    for (const offset of await this.valueOffsets()) {
      const cell = await readValueCell(this.bins, offset, this.path);
      values.push(await cell.read());
    }
    return values;
  }

  /** The key in error messages. */
  private get title(): string {
    return this.path || "the root key";
  }

  private async entries(): Promise<SubkeyEntry[]> {
    this.list ??= await this.readEntries();
    return this.list;
  }

  private async readEntries(): Promise<SubkeyEntry[]> {
    const count = this.cell.u32(20);
    const offset = this.cell.u32(28);
    if (count === 0 || offset === noCell) return [];
    const entries = await readSubkeyList(this.bins, offset, this.title);
    if (entries.length !== count) {
      this.cell.fail(`has ${count} subkeys, but its list has ${entries.length}`);
    }
    return entries;
  }

  private async valueOffsets(): Promise<number[]> {
    const count = this.cell.u32(36);
    const offset = this.cell.u32(40);
    if (count === 0 || offset === noCell) return [];
    const what = (): string => `The list of values of ${this.title}`;
    refuseLongList(count, what);
    const list = await this.bins.cell(offset, what);
    return Array.from({ length: count }, (_, index) => list.u32(index * 4));
  }
}
