import type { ByteSource } from "../byte-source";
import { checkRange } from "../sources/range";
import { unpackLznt1 } from "./lznt1";
import type { Run } from "./run-list";

/** Units kept unpacked, so that small reads in a row do not unpack the same one again. */
const keptUnits = 8;

/** A stream compressed by NTFS: units of clusters, each stored whole, packed into fewer clusters, or as a hole. */
export class CompressedSource implements ByteSource {
  private readonly units = new Map<number, Promise<Uint8Array>>();
  private readonly unitSize: number;

  constructor(
    private readonly clusters: ByteSource,
    private readonly runs: readonly Run[],
    private readonly clusterSize: number,
    private readonly unitClusters: number,
    readonly size: number,
    private readonly initialized: number,
    private readonly what: string,
  ) {
    this.unitSize = unitClusters * clusterSize;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    const bytes = new Uint8Array(length);
    const end = Math.min(offset + length, this.initialized);
    for (let at = offset; at < end;) {
      const index = Math.floor(at / this.unitSize);
      const unit = await this.unit(index);
      const from = at - index * this.unitSize;
      const count = Math.min(this.unitSize - from, end - at);
      bytes.set(unit.subarray(from, from + count), at - offset);
      at += count;
    }
    return bytes;
  }

  private unit(index: number): Promise<Uint8Array> {
    let unit = this.units.get(index);
    if (!unit) {
      unit = this.readUnit(index);
      unit.catch(() => this.units.delete(index));
      const [oldest] = this.units.keys();
      if (this.units.size >= keptUnits && oldest !== undefined) this.units.delete(oldest);
      this.units.set(index, unit);
    }
    return unit;
  }

  private async readUnit(index: number): Promise<Uint8Array> {
    const first = index * this.unitClusters;
    const stored = this.storedClusters(first);
    if (stored === 0) return new Uint8Array(this.unitSize);
    const offset = first * this.clusterSize;
    const packed = await this.clusters.read(offset, Math.min(stored * this.clusterSize, this.clusters.size - offset));
    return stored === this.unitClusters ? packed : unpackLznt1(packed, this.unitSize, this.what);
  }

  /** Clusters of a unit that are not holes. */
  private storedClusters(first: number): number {
    const end = first + this.unitClusters;
    let stored = 0;
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.runs[middle]?.vcn ?? 0) <= first) low = middle;
      else high = middle - 1;
    }
    for (let index = low; ; index++) {
      const run = this.runs[index];
      if (!run || run.vcn >= end) return stored;
      if (run.lcn !== null) stored += Math.min(run.vcn + run.clusters, end) - Math.max(run.vcn, first);
    }
  }
}
