import type { ByteSource } from "../byte-source";
import { CorruptEventLogError, NotAnEventLogError } from "../errors";
import { chunkLost, readChunk, readChunkHead, type Chunk } from "./chunk";
import { readEventRecord, type EventRecord } from "./event-record";
import { fileHeaderSize, readFileHeader, type FileHeader } from "./file-header";
import { ChunkRing } from "./ring";

/** Chunks that are read at once on the way back. */
const chunksAtOnce = 4;

/**
 * An event log of Windows (.evtx): a ring of chunks of 64 KiB, each of some hundred events. It is read from its newest
 * event backwards, and no further than is asked for.
 */
export class EventLog {
  /** What was wrong and could be got over, in sentences; grows as the log is read. */
  readonly problems: string[] = [];
  private readonly ring: ChunkRing;

  private constructor(
    bytes: ByteSource,
    private readonly header: FileHeader,
  ) {
    this.ring = new ChunkRing(bytes, header.blockSize);
    if (!header.checksumValid) this.problems.push("The header of the event log has a wrong checksum.");
  }

  /**
   * Opens an event log.
   *
   * @throws NotAnEventLogError when it begins with other bytes
   * @throws CorruptEventLogError
   */
  static async open(bytes: ByteSource): Promise<EventLog> {
    if (bytes.size < fileHeaderSize) {
      throw new NotAnEventLogError(
        `The file has ${bytes.size} bytes; the header of an event log has ${fileHeaderSize}.`,
      );
    }
    return new EventLog(bytes, readFileHeader(await bytes.read(0, fileHeaderSize)));
  }

  /** True when the log was not closed, as after every crash. */
  get dirty(): boolean {
    return this.header.dirty;
  }

  /**
   * Its events, the newest first. What is damaged is left out, and told in `problems`.
   *
   * @param options `chunks`: how many chunks are read at most
   */
  async *newestFirst(options: { readonly chunks?: number } = {}): AsyncGenerator<EventRecord> {
    const newest = await this.ring.newest(this.header.lastChunk);
    if (newest === null) {
      if (this.ring.count > 0) this.problems.push("No chunk of the event log is whole.");
      return;
    }
    const most = Math.min(this.ring.count, options.chunks ?? this.ring.count);
    let before = Number.MAX_SAFE_INTEGER;
    for (let back = 0; back < most; back += chunksAtOnce) {
      const steps = Array.from({ length: Math.min(chunksAtOnce, most - back) }, (_, index) => newest - back - index);
      for (const { step, chunk } of await Promise.all(steps.map((step) => this.chunk(step)))) {
        if (!chunk && step >= 0) continue;
        // A crash may leave a chunk of which only the header was written: it says nothing of those before it.
        if (chunk?.records.length === 0) {
          this.problems.push(...chunk.problems);
          continue;
        }
        const first = chunk?.records[0]?.id ?? before;
        // Behind the first chunk the log goes on at its end, where older events are, or what was never written.
        if (!chunk || first >= before) return;
        yield* this.events(chunk);
        before = first;
      }
    }
  }

  private *events(chunk: Chunk): Generator<EventRecord> {
    this.problems.push(...chunk.problems);
    for (const place of chunk.records.toReversed()) {
      try {
        yield readEventRecord(chunk.view, place);
      } catch (error) {
        if (!(error instanceof CorruptEventLogError)) throw error;
        this.problems.push(`Event ${place.id} could not be read: ${error.message}.`);
      }
    }
  }

  /** @param step number of the chunk; below zero for those before the first one, at the end of the ring */
  private async chunk(step: number): Promise<{ readonly step: number; readonly chunk: Chunk | null }> {
    const number = step < 0 ? step + this.ring.count : step;
    const bytes = await this.ring.read(number);
    if (readChunkHead(bytes)) return { step, chunk: readChunk(bytes, number) };
    if (step >= 0) this.problems.push(`Chunk ${number} of the event log ${chunkLost}`);
    return { step, chunk: null };
  }
}
