import { dateToFileTime } from "./file-time";
import { HiveValue, type HiveKey } from "./hive-values";
import { securityDescriptor } from "./security-descriptor";

/** What a hive says of itself. */
export interface HiveFacts {
  /** End of its path, at most 31 characters: `\SystemRoot\System32\Config\SYSTEM`. */
  readonly fileName: string;
  readonly lastWritten: Date;
  /** Number of the last write. */
  readonly sequence: number;
  /** Name of the root key; Windows calls it `ROOT` or by a GUID. */
  readonly rootName?: string;
}

/**
 * Writes a registry hive of version 1.5 as Windows lays it out: bins of 4 KiB, "lh" lists, "ri" above 511 subkeys, big
 * data above 16,344 bytes, one security descriptor for all keys.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov).
 */
export function writeHive(root: HiveKey, facts: HiveFacts): Buffer {
  const writer = new HiveWriter(dateToFileTime(facts.lastWritten));
  const rootCell = writer.writeRoot(facts.rootName ?? "ROOT", root);
  const bins = writer.finish();
  const base = Buffer.alloc(4096);
  base.write("regf", 0, "latin1");
  base.writeUInt32LE(facts.sequence, 4);
  base.writeUInt32LE(facts.sequence, 8);
  base.writeBigUInt64LE(dateToFileTime(facts.lastWritten), 12);
  base.writeUInt32LE(1, 20);
  base.writeUInt32LE(5, 24);
  base.writeUInt32LE(0, 28);
  base.writeUInt32LE(1, 32);
  base.writeUInt32LE(rootCell, 36);
  base.writeUInt32LE(bins.length, 40);
  base.writeUInt32LE(1, 44);
  base.write(facts.fileName.slice(-31), 48, "utf16le");
  base.writeUInt32LE(checksum(base), 508);
  return Buffer.concat([base, bins]);
}

const noCell = 0xffff_ffff;
const binSize = 4096;
const binHeader = 32;
const segmentSize = 16_344;
const longestLeaf = 511;
const keyHeader = 76;

const descriptor = securityDescriptor();

class HiveWriter {
  private readonly bins: Buffer[] = [];
  private bin = Buffer.alloc(0);
  private used = 0;
  private start = 0;
  private keyCount = 0;
  private security = noCell;

  constructor(private readonly time: bigint) {}

  writeRoot(name: string, key: HiveKey): number {
    this.security = this.allocate(20 + descriptor.length).offset;
    const root = this.writeKey(name, key, noCell);
    const cell = this.cellAt(this.security, 20 + descriptor.length);
    cell.write("sk", 0, "latin1");
    cell.writeUInt32LE(this.security, 4);
    cell.writeUInt32LE(this.security, 8);
    cell.writeUInt32LE(this.keyCount, 12);
    cell.writeUInt32LE(descriptor.length, 16);
    descriptor.copy(cell, 20);
    return root;
  }

  finish(): Buffer {
    this.closeBin();
    return Buffer.concat(this.bins);
  }

  private writeKey(name: string, key: HiveKey, parent: number): number {
    this.keyCount++;
    const encoded = encodeName(name);
    const { offset, cell } = this.allocate(keyHeader + encoded.bytes.length);
    const entries = Object.entries(key);
    const values = entries.filter((entry): entry is [string, HiveValue] => entry[1] instanceof HiveValue);
    const keys = entries.filter((entry): entry is [string, HiveKey] => !(entry[1] instanceof HiveValue));
    cell.write("nk", 0, "latin1");
    cell.writeUInt16LE((encoded.compressed ? 0x20 : 0) | (parent === noCell ? 0x0c : 0), 2);
    cell.writeBigUInt64LE(this.time, 4);
    cell.writeUInt32LE(parent === noCell ? 0 : parent, 16);
    cell.writeUInt32LE(keys.length, 20);
    cell.writeUInt32LE(noCell, 32);
    cell.writeUInt32LE(values.length, 36);
    cell.writeUInt32LE(this.security, 44);
    cell.writeUInt32LE(noCell, 48);
    cell.writeUInt32LE(Math.max(0, ...keys.map(([child]) => child.length * 2)), 52);
    cell.writeUInt32LE(Math.max(0, ...values.map(([value]) => value.length * 2)), 60);
    cell.writeUInt32LE(Math.max(0, ...values.map(([, value]) => value.data.length)), 64);
    cell.writeUInt16LE(encoded.bytes.length, 72);
    encoded.bytes.copy(cell, keyHeader);
    cell.writeUInt32LE(this.writeValues(values), 40);
    cell.writeUInt32LE(this.writeSubkeys(keys, offset), 28);
    return offset;
  }

  private writeValues(values: readonly [string, HiveValue][]): number {
    if (values.length === 0) return noCell;
    const offsets = values.map(([name, value]) => this.writeValue(name, value));
    return this.writeOffsets(offsets);
  }

  private writeOffsets(offsets: readonly number[]): number {
    const { offset, cell } = this.allocate(offsets.length * 4);
    offsets.forEach((one, index) => cell.writeUInt32LE(one, index * 4));
    return offset;
  }

  private writeValue(name: string, value: HiveValue): number {
    const encoded = encodeName(name);
    const { offset, cell } = this.allocate(20 + encoded.bytes.length);
    const { data } = value;
    cell.write("vk", 0, "latin1");
    cell.writeUInt16LE(encoded.bytes.length, 2);
    cell.writeUInt32LE(value.type, 12);
    cell.writeUInt16LE(encoded.compressed ? 1 : 0, 16);
    encoded.bytes.copy(cell, 20);
    if (data.length <= 4) {
      cell.writeUInt32LE(data.length + 0x8000_0000, 4);
      cell.set(data, 8);
    } else {
      cell.writeUInt32LE(data.length, 4);
      cell.writeUInt32LE(data.length > segmentSize ? this.writeBigData(data) : this.writeData(data), 8);
    }
    return offset;
  }

  private writeData(data: Uint8Array): number {
    const { offset, cell } = this.allocate(data.length);
    cell.set(data);
    return offset;
  }

  private writeBigData(data: Uint8Array): number {
    const segments: number[] = [];
    for (let at = 0; at < data.length; at += segmentSize)
      segments.push(this.writeData(data.subarray(at, at + segmentSize)));
    const list = this.writeOffsets(segments);
    const { offset, cell } = this.allocate(8);
    cell.write("db", 0, "latin1");
    cell.writeUInt16LE(segments.length, 2);
    cell.writeUInt32LE(list, 4);
    return offset;
  }

  private writeSubkeys(keys: readonly [string, HiveKey][], parent: number): number {
    if (keys.length === 0) return noCell;
    const sorted = keys.toSorted(([one], [other]) => (upper(one) < upper(other) ? -1 : 1));
    const written = sorted.map(([name, key]) => ({ offset: this.writeKey(name, key, parent), hash: hashOf(name) }));
    const leaves: number[] = [];
    for (let at = 0; at < written.length; at += longestLeaf)
      leaves.push(this.writeLeaf(written.slice(at, at + longestLeaf)));
    const [only] = leaves;
    if (leaves.length === 1 && only !== undefined) return only;
    const { offset, cell } = this.allocate(4 + leaves.length * 4);
    cell.write("ri", 0, "latin1");
    cell.writeUInt16LE(leaves.length, 2);
    leaves.forEach((leaf, index) => cell.writeUInt32LE(leaf, 4 + index * 4));
    return offset;
  }

  private writeLeaf(entries: readonly { offset: number; hash: number }[]): number {
    const { offset, cell } = this.allocate(4 + entries.length * 8);
    cell.write("lh", 0, "latin1");
    cell.writeUInt16LE(entries.length, 2);
    entries.forEach((entry, index) => {
      cell.writeUInt32LE(entry.offset, 4 + index * 8);
      cell.writeUInt32LE(entry.hash, 8 + index * 8);
    });
    return offset;
  }

  /** Takes a cell; it never spans two bins, so a long one gets a bin of its own length. */
  private allocate(length: number): { offset: number; cell: Buffer } {
    const size = Math.ceil((length + 4) / 8) * 8;
    if (this.used + size > this.bin.length) {
      this.closeBin();
      this.openBin(Math.ceil((size + binHeader) / binSize) * binSize);
    }
    const at = this.used;
    this.used += size;
    this.bin.writeInt32LE(-size, at);
    return { offset: this.start + at, cell: this.bin.subarray(at + 4, at + size) };
  }

  private cellAt(offset: number, length: number): Buffer {
    let start = 0;
    for (const bin of [...this.bins, this.bin]) {
      if (offset < start + bin.length) return bin.subarray(offset - start + 4, offset - start + 4 + length);
      start += bin.length;
    }
    throw new Error(`no cell at ${offset}`);
  }

  private openBin(size: number): void {
    this.bin = Buffer.alloc(size);
    this.bin.write("hbin", 0, "latin1");
    this.bin.writeUInt32LE(this.start, 4);
    this.bin.writeUInt32LE(size, 8);
    if (this.start === 0) this.bin.writeBigUInt64LE(this.time, 20);
    this.used = binHeader;
  }

  private closeBin(): void {
    if (this.bin.length === 0) return;
    if (this.used < this.bin.length) this.bin.writeInt32LE(this.bin.length - this.used, this.used);
    this.bins.push(this.bin);
    this.start += this.bin.length;
    this.bin = Buffer.alloc(0);
    this.used = 0;
  }
}

function encodeName(name: string): { bytes: Buffer; compressed: boolean } {
  const compressed = units(name).every((unit) => unit <= 0xff);
  return { bytes: Buffer.from(name, compressed ? "latin1" : "utf16le"), compressed };
}

function units(name: string): number[] {
  return Array.from({ length: name.length }, (_, index) => name.charCodeAt(index));
}

function upper(name: string): string {
  return name.toUpperCase();
}

function hashOf(name: string): number {
  return units(upper(name)).reduce((hash, unit) => (Math.imul(hash, 37) + unit) >>> 0, 0);
}

function checksum(base: Buffer): number {
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= base.readUInt32LE(at);
  return sum >>> 0;
}
