import type { ByteSource } from "../byte-source";
import { CorruptNtfsError, UnsupportedDiskError } from "../errors";
import { MemorySource } from "../sources/memory-source";
import { checkRange } from "../sources/range";
import type { Attribute, NonResidentAttribute } from "./attribute";
import { CompressedSource } from "./compressed-source";
import type { Mft } from "./mft";

/** How to read a stream. */
export interface StreamOptions {
  /**
   * What to answer for bytes past the initialized size: "zeros", as Windows does, or what lies in the "clusters".
   *
   * The crash driver writes into the page file below the file system, so there the dump may lie past it.
   */
  readonly uninitialized?: "zeros" | "clusters";
}

/**
 * Opens a stream from the pieces of its attribute.
 *
 * @param pieces in the order of their clusters
 * @throws CorruptNtfsError when they do not make up a whole
 * @throws UnsupportedDiskError when the stream is encrypted (EFS)
 */
export function openStream(
  mft: Mft,
  pieces: readonly Attribute[],
  what: string,
  options: StreamOptions = {},
): ByteSource {
  const [first] = pieces;
  if (!first) throw new CorruptNtfsError(`There is nothing of ${what}.`);
  if (first.encrypted) {
    throw new UnsupportedDiskError(
      `${what} is encrypted (EFS), and only the account that encrypted it can read it.`,
      "EFS",
    );
  }
  if (first.resident) return new MemorySource(first.value.bytes);
  const runs = mft.runsOf(nonResident(pieces, what), what);
  const clusters = mft.clusters(runs);
  if (clusters.size < first.size) {
    throw new CorruptNtfsError(`${what} should have ${first.size} bytes, but its clusters hold ${clusters.size}.`);
  }
  const initialized = options.uninitialized === "clusters" ? first.size : Math.min(first.initializedSize, first.size);
  if (first.compressed) {
    return new CompressedSource(
      clusters,
      runs,
      mft.boot.clusterSize,
      first.unitClusters,
      first.size,
      initialized,
      what,
    );
  }
  return new InitializedSource(clusters, first.size, initialized);
}

/** The pieces, all of which must lie in clusters. */
export function nonResident(pieces: readonly Attribute[], what: string): NonResidentAttribute[] {
  return pieces.map((piece) => {
    if (piece.resident) throw new CorruptNtfsError(`${what} lies in a file record and in clusters at once.`);
    return piece;
  });
}

/** Clusters cut to the size of a stream; what was never written reads as zeros. */
class InitializedSource implements ByteSource {
  constructor(
    private readonly clusters: ByteSource,
    readonly size: number,
    private readonly initialized: number,
  ) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    if (offset + length <= this.initialized) return this.clusters.read(offset, length);
    const bytes = new Uint8Array(length);
    const written = this.initialized - offset;
    if (written > 0) bytes.set(await this.clusters.read(offset, written));
    return bytes;
  }
}
