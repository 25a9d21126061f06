/**
 * The upper case of names, as a volume's own table $UpCase says. It is read only when a character above ASCII decides,
 * because it costs 128 KiB.
 */
export class UpCase {
  private table: Uint16Array | null = null;

  /** @param load reads the 65,536 entries of $UpCase */
  constructor(private readonly load: () => Promise<Uint16Array>) {}

  /**
   * Compares names as NTFS orders them: by UTF-16 code units in upper case, the shorter of two with the same
   * beginning first.
   *
   * @returns below 0, 0 or above 0
   */
  async compare(one: string, other: string): Promise<number> {
    const known = this.compareIfKnown(one, other);
    if (known !== null) return known;
    this.table = await this.load();
    return this.compareIfKnown(one, other) ?? 0;
  }

  /** The same without reading $UpCase: null when it would be needed and is not there yet. */
  compareIfKnown(one: string, other: string): number | null {
    const shorter = Math.min(one.length, other.length);
    for (let index = 0; index < shorter; index++) {
      const a = one.charCodeAt(index);
      const b = other.charCodeAt(index);
      if (a === b) continue;
      if ((a > 0x7f || b > 0x7f) && !this.table) return null;
      const difference = this.upper(a) - this.upper(b);
      if (difference !== 0) return difference;
    }
    return one.length - other.length;
  }

  private upper(unit: number): number {
    if (unit <= 0x7f) return unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
    return this.table?.[unit] ?? unit;
  }
}
