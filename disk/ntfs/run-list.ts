import { ByteView } from "../byte-view";
import { CorruptNtfsError } from "../errors";

/** A cluster run: neighbouring clusters of a file that are neighbours on the volume too. */
export interface Run {
  /** First cluster within the file (virtual cluster number). */
  readonly vcn: number;
  /** First cluster on the volume (logical cluster number); null for a hole, which reads as zeros. */
  readonly lcn: number | null;
  /** Number of clusters. */
  readonly clusters: number;
}

/**
 * Decodes mapping pairs: each a header byte with the lengths of the two numbers that follow it, the clusters of the
 * run and the signed distance to the start of the run before it.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), concept "Data Runs".
 *
 * @param pairs from the first pair to the end of the attribute
 * @param firstVcn virtual cluster number of the first run
 * @param volumeClusters clusters of the volume, to refuse a run that ends past it
 * @throws CorruptNtfsError
 */
export function decodeRuns(pairs: Uint8Array, firstVcn: number, volumeClusters: number, what: string): Run[] {
  const view = new ByteView(pairs, `The run list of ${what}`, CorruptNtfsError);
  const runs: Run[] = [];
  let vcn = firstVcn;
  let lcn = 0;
  for (let at = 0; at < pairs.length;) {
    const header = view.u8(at++);
    if (header === 0) return runs;
    const lengthBytes = header & 0x0f;
    const offsetBytes = header >> 4;
    if (lengthBytes === 0 || lengthBytes > 8 || offsetBytes > 8) {
      view.fail(`has a header byte 0x${header.toString(16)} that no run has`);
    }
    const clusters = signed(view, at, lengthBytes);
    at += lengthBytes;
    const distance = offsetBytes === 0 ? null : signed(view, at, offsetBytes);
    at += offsetBytes;
    if (distance !== null) lcn += distance;
    if (clusters <= 0 || lcn < 0 || (distance !== null && lcn + clusters > volumeClusters)) {
      view.fail(`holds a run of ${clusters} clusters at cluster ${lcn}, on a volume of ${volumeClusters} clusters`);
    }
    runs.push({ vcn, lcn: distance === null ? null : lcn, clusters });
    vcn += clusters;
  }
  return runs;
}

function signed(view: ByteView, offset: number, length: number): number {
  const bytes = view.slice(offset, length);
  let value = 0n;
  for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  const number = BigInt.asIntN(length * 8, value);
  if (number > BigInt(Number.MAX_SAFE_INTEGER) || number < BigInt(Number.MIN_SAFE_INTEGER)) {
    view.fail(`holds the number ${number}, more than any volume has`);
  }
  return Number(number);
}
