import type { Run } from "./run-list";

/** A piece of a file as it lies on the volume. */
export interface Extent {
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** Byte offset on the volume; null for zeros: a hole, or what was never written. */
  readonly at: number | null;
}

/** Where the bytes of a stream lie on its volume, in order and without gaps; zeros are one extent each. */
export function extentsOf(runs: readonly Run[], clusterSize: number, size: number, initialized: number): Extent[] {
  const extents: Extent[] = [];
  for (const run of runs) {
    const offset = run.vcn * clusterSize;
    const length = Math.min(run.clusters * clusterSize, size - offset);
    if (length <= 0) break;
    const written = run.lcn === null ? 0 : Math.min(length, Math.max(0, initialized - offset));
    if (run.lcn !== null && written > 0) extents.push({ offset, length: written, at: run.lcn * clusterSize });
    if (written < length) addZeros(extents, offset + written, length - written);
  }
  return extents;
}

function addZeros(extents: Extent[], offset: number, length: number): void {
  const last = extents.at(-1);
  if (last?.at === null) extents[extents.length - 1] = { ...last, length: last.length + length };
  else extents.push({ offset, length, at: null });
}
