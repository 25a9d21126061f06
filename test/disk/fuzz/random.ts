import { crc32 } from "node:zlib";

/** Numbers that look random and are the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: string) {
    this.state = crc32(seed) || 1;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    // xorshift32 (George Marsaglia, "Xorshift RNGs"): one of its 32 bits is as good as another.
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return Math.floor(((state >>> 0) / 2 ** 32) * limit);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Member>(members: readonly Member[]): Member {
    return members[this.below(members.length)]!;
  }
}
