import type { Random } from "./random";

/** A part of some bytes. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Changes to bytes that can be taken back: a disk of 64 MiB is not copied for each mutant. */
export class Damage {
  private readonly before: { readonly at: number; readonly bytes: Buffer }[] = [];

  constructor(readonly bytes: Buffer) {}

  /** Writes over bytes; what would reach past the end is left. */
  write(at: number, bytes: Uint8Array): void {
    const there = bytes.subarray(0, Math.max(0, this.bytes.length - at));
    this.before.push({ at, bytes: Buffer.from(this.bytes.subarray(at, at + there.length)) });
    this.bytes.set(there, at);
  }

  /** Writes a little-endian number of 32 bits. */
  writeNumber(at: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.write(at, bytes);
  }

  restore(): void {
    for (const { at, bytes } of this.before.reverse()) this.bytes.set(bytes, at);
    this.before.length = 0;
  }
}

const lengths = [1, 2, 4, 8, 16, 48, 64, 512, 1024, 4096] as const;

/** Damages bytes within ranges: bits, bytes, numbers, pieces that are lost or come from elsewhere. */
export function damageSome(damage: Damage, ranges: readonly Range[], random: Random): void {
  for (let count = 1 + random.below(4); count > 0; count--) damageOnce(damage, ranges, random);
}

function damageOnce(damage: Damage, ranges: readonly Range[], random: Random): void {
  const { bytes } = damage;
  const at = placeIn(ranges, random);
  switch (random.below(6)) {
    case 0:
      damage.write(at, Buffer.from([bytes[at]! ^ (1 << random.below(8))]));
      return;
    case 1:
      damage.write(at, Buffer.from([random.pick([0, 0xff, random.below(256)])]));
      return;
    case 2:
    case 3:
      damage.write(at & ~1, oddNumber(bytes, at & ~1, random));
      return;
    case 4: {
      // Pieces that stand twice make loops of lists and trees.
      const from = placeIn(ranges, random) & ~7;
      damage.write(at & ~7, Buffer.from(bytes.subarray(from, from + random.pick(lengths))));
      return;
    }
    default:
      damage.write(at & ~7, Buffer.alloc(random.pick(lengths), random.pick([0, 0xff])));
  }
}

/** A little-endian number at the edge of what is right: nothing, everything, the sign, one more than it was. */
function oddNumber(bytes: Buffer, at: number, random: Random): Buffer {
  const length = random.pick([2, 4, 8]);
  const old = Buffer.alloc(8);
  bytes.copy(old, 0, at, at + length);
  const most = (1n << BigInt(length * 8)) - 1n;
  const value = random.pick([
    0n,
    1n,
    most,
    most >> 1n,
    (most >> 1n) + 1n,
    BigInt(bytes.length),
    BigInt(random.below(256)),
    BigInt(random.below(2 ** 31)),
    old.readBigUInt64LE() + 1n,
    old.readBigUInt64LE() + 8n,
    old.readBigUInt64LE() - 1n,
    old.readBigUInt64LE() << 1n,
  ]);
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(BigInt.asUintN(64, value));
  return number.subarray(0, length);
}

function placeIn(ranges: readonly Range[], random: Random): number {
  const { offset, length } = random.pick(ranges);
  return offset + random.below(length);
}
