import type { ByteSource } from "../byte-source";
import { checkRange } from "../sources/range";
import type { Run } from "./run-list";

/** The clusters of a run list as one source; holes read as zeros. */
export class RunSource implements ByteSource {
  readonly size: number;

  /** @param runs in order and without gaps, the first at virtual cluster 0 */
  constructor(
    private readonly volume: ByteSource,
    private readonly clusterSize: number,
    private readonly runs: readonly Run[],
  ) {
    const last = runs.at(-1);
    this.size = last ? (last.vcn + last.clusters) * clusterSize : 0;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    if (length === 0) return new Uint8Array(0);
    const parts: Promise<Uint8Array>[] = [];
    for (let at = offset, index = this.indexOf(offset); at < offset + length; index++) {
      const run = this.runs[index];
      if (!run) break;
      const inRun = at - run.vcn * this.clusterSize;
      const count = Math.min(run.clusters * this.clusterSize - inRun, offset + length - at);
      parts.push(this.readRun(run, inRun, count));
      at += count;
    }
    const [first] = parts;
    return parts.length === 1 && first ? first : Buffer.concat(await Promise.all(parts));
  }

  private readRun(run: Run, offset: number, length: number): Promise<Uint8Array> {
    if (run.lcn === null) return Promise.resolve(new Uint8Array(length));
    return this.volume.read(run.lcn * this.clusterSize + offset, length);
  }

  /** Index of the run that holds a byte, by bisection: a crash dump may have thousands of runs. */
  private indexOf(offset: number): number {
    const vcn = Math.floor(offset / this.clusterSize);
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.runs[middle]?.vcn ?? 0) <= vcn) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
