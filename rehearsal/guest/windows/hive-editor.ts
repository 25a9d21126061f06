const BASE_BLOCK = 4096;
const BIN_HEADER = 32;
const NO_CELL = 0xffff_ffff;
/** Data up to this length is in the value's own cell. */
const INLINE = 4;

/**
 * Changes values in the bytes of a registry hive, as Windows does in a loaded one.
 *
 * New cells go into bins at the end; what they take the place of stays as cells that nothing points to.
 * Source: "Windows registry file format specification" (Maxim Suhanov).
 */
export class HiveEditor {
  private bytes: Buffer;
  /** Offset of the free cell at the end, from the first bin; its length. */
  private free = { at: 0, size: 0 };

  /** @param hive a sound hive; it is copied */
  constructor(hive: Uint8Array) {
    const size = BASE_BLOCK + Buffer.from(hive.buffer, hive.byteOffset, hive.byteLength).readUInt32LE(40);
    this.bytes = Buffer.from(hive.subarray(0, size));
  }

  /** Whether there is a key. */
  has(keyPath: string): boolean {
    return this.key(keyPath) !== null;
  }

  /** Writes a value. @throws Error when there is no such key */
  set(keyPath: string, name: string, type: number, data: Uint8Array): void {
    const key = this.keyOrThrow(keyPath);
    const where = data.length > INLINE ? this.add(data) : Buffer.from(data).readUIntLE(0, data.length || 1) || 0;
    const value = this.value(key, name) ?? this.addValue(key, name);
    this.bytes.writeUInt32LE(data.length > INLINE ? data.length : (data.length | 0x8000_0000) >>> 0, value + 4);
    this.bytes.writeUInt32LE(data.length === 0 ? 0 : where, value + 8);
    this.bytes.writeUInt32LE(type, value + 12);
    this.raise(key, 60, name.length * 2);
    this.raise(key, 64, data.length);
  }

  /** Removes a value; one that is not there is no error. @throws Error when there is no such key */
  remove(keyPath: string, name: string): void {
    const key = this.keyOrThrow(keyPath);
    const value = this.value(key, name);
    if (value === null) return;
    const left = this.values(key).filter((offset) => this.content(offset) !== value);
    this.setValues(key, left);
  }

  /** The hive, clean: both sequence numbers agree, so that Windows looks at no log. */
  finish(): Buffer {
    const { bytes } = this;
    const sequence = (Math.max(bytes.readUInt32LE(4), bytes.readUInt32LE(8)) + 1) >>> 0;
    bytes.writeUInt32LE(sequence, 4);
    bytes.writeUInt32LE(sequence, 8);
    bytes.writeUInt32LE(0, 28);
    bytes.writeUInt32LE(bytes.length - BASE_BLOCK, 40);
    let sum = 0;
    for (let at = 0; at < 508; at += 4) sum ^= bytes.readUInt32LE(at);
    bytes.writeUInt32LE(sum === -1 ? 0xffff_fffe : sum === 0 ? 1 : sum >>> 0, 508);
    return Buffer.from(bytes);
  }

  /** Place of a cell's content in the file. */
  private content(offset: number): number {
    return BASE_BLOCK + offset + 4;
  }

  private keyOrThrow(path: string): number {
    const key = this.key(path);
    if (key === null) throw new Error(`the hive has no key ${path}`);
    return key;
  }

  private key(path: string): number | null {
    let key = this.content(this.bytes.readUInt32LE(36));
    for (const part of path.split("\\").filter((name) => name !== "")) {
      const list = this.bytes.readUInt32LE(key + 28);
      const subkeys = list === NO_CELL ? [] : this.subkeys(this.content(list));
      const found = subkeys.find((subkey) => this.name(subkey, 2, 72, 76, 0x20) === part.toUpperCase());
      if (found === undefined) return null;
      key = found;
    }
    return key;
  }

  private subkeys(list: number): number[] {
    const kind = this.bytes.toString("latin1", list, list + 2);
    const step = kind === "lf" || kind === "lh" ? 8 : 4;
    const entries = Array.from({ length: this.bytes.readUInt16LE(list + 2) }, (_, index) =>
      this.content(this.bytes.readUInt32LE(list + 4 + step * index)),
    );
    return kind === "ri" ? entries.flatMap((sublist) => this.subkeys(sublist)) : entries;
  }

  /** Name of a key or value in capitals. */
  private name(cell: number, flags: number, length: number, text: number, ascii: number): string {
    const bytes = this.bytes.subarray(cell + text, cell + text + this.bytes.readUInt16LE(cell + length));
    return bytes.toString((this.bytes.readUInt16LE(cell + flags) & ascii) !== 0 ? "latin1" : "utf16le").toUpperCase();
  }

  private values(key: number): number[] {
    const count = this.bytes.readUInt32LE(key + 36);
    const list = count === 0 ? 0 : this.content(this.bytes.readUInt32LE(key + 40));
    return Array.from({ length: count }, (_, index) => this.bytes.readUInt32LE(list + 4 * index));
  }

  private value(key: number, name: string): number | null {
    const cells = this.values(key).map((offset) => this.content(offset));
    return cells.find((cell) => this.name(cell, 16, 2, 20, 1) === name.toUpperCase()) ?? null;
  }

  private addValue(key: number, name: string): number {
    const cell = Buffer.alloc(20 + name.length);
    cell.write("vk", 0, "latin1");
    cell.writeUInt16LE(name.length, 2);
    cell.writeUInt16LE(1, 16);
    cell.write(name, 20, "latin1");
    const offset = this.add(cell);
    this.setValues(key, [...this.values(key), offset]);
    return this.content(offset);
  }

  private setValues(key: number, offsets: readonly number[]): void {
    const list = Buffer.alloc(4 * offsets.length);
    offsets.forEach((offset, index) => list.writeUInt32LE(offset, 4 * index));
    const at = offsets.length === 0 ? NO_CELL : this.add(list);
    this.bytes.writeUInt32LE(offsets.length, key + 36);
    this.bytes.writeUInt32LE(at, key + 40);
  }

  private raise(key: number, field: number, to: number): void {
    if (this.bytes.readUInt32LE(key + field) < to) this.bytes.writeUInt32LE(to, key + field);
  }

  /** Puts content into a new cell. Answers its offset from the first bin. */
  private add(content: Uint8Array): number {
    const size = Math.ceil((content.length + 4) / 8) * 8;
    if (this.free.size < size) this.addBin(size);
    const { at, size: there } = this.free;
    this.free = { at: at + size, size: there - size };
    this.bytes.writeInt32LE(-size, BASE_BLOCK + at);
    this.bytes.fill(0, BASE_BLOCK + at + 4, BASE_BLOCK + at + size);
    Buffer.from(content).copy(this.bytes, BASE_BLOCK + at + 4);
    if (this.free.size > 0) this.bytes.writeInt32LE(this.free.size, BASE_BLOCK + this.free.at);
    return at;
  }

  private addBin(cell: number): void {
    const at = this.bytes.length - BASE_BLOCK;
    const bin = Buffer.alloc(Math.ceil((cell + BIN_HEADER) / 4096) * 4096);
    bin.write("hbin", 0, "latin1");
    bin.writeUInt32LE(at, 4);
    bin.writeUInt32LE(bin.length, 8);
    this.free = { at: at + BIN_HEADER, size: bin.length - BIN_HEADER };
    bin.writeInt32LE(this.free.size, BIN_HEADER);
    this.bytes = Buffer.concat([this.bytes, bin]);
  }
}
