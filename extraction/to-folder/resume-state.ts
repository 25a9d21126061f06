import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";

/** Milliseconds between two writes of the state. */
const pause = 1000;

/** Milliseconds of copying that are not worth a note: it costs time, and they are as soon over again. */
const worthNoting = 2000;

interface Saved {
  readonly version: 1;
  readonly identity: string;
  readonly pieceSize: number;
  /** CRC-32 by piece; null for a piece that is not there yet. */
  readonly pieces: readonly (number | null)[];
}

/** Which pieces of a file were written, kept beside the file, so that a copy that was killed goes on where it was. */
export class ResumeState {
  private readonly started = performance.now();
  private saved = 0;
  private saving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly identity: string,
    private readonly pieceSize: number,
    private readonly pieces: (number | null)[],
    /** False when there was no state of the same content. */
    readonly isResumed: boolean,
  ) {}

  /** Reads the state in a file; one of other content, or one that is damaged, counts as none. */
  static async open(file: string, identity: string, pieceSize: number, count: number): Promise<ResumeState> {
    const saved = await readSaved(file);
    const fits = saved?.identity === identity && saved.pieceSize === pieceSize && saved.pieces.length === count;
    const pieces = fits ? [...saved.pieces] : Array.from({ length: count }, () => null);
    return new ResumeState(file, identity, pieceSize, pieces, fits);
  }

  /** Whether a piece was written once. */
  wasWritten(index: number): boolean {
    return typeof this.pieces[index] === "number";
  }

  /** Whether a piece is there as it was written. */
  isThere(index: number, bytes: Uint8Array): boolean {
    return this.pieces[index] === crc32(bytes);
  }

  /** Notes a piece that was written, once so much is copied that it is worth to go on from there. */
  async note(index: number, bytes: Uint8Array): Promise<void> {
    const now = performance.now();
    if (now - this.started < worthNoting) return;
    this.pieces[index] = crc32(bytes);
    if (now - this.saved < pause) return;
    this.saved = now;
    await this.save();
  }

  /** Writes the state now. */
  async save(): Promise<void> {
    this.saving = this.saving.then(() => this.write());
    await this.saving;
  }

  async remove(): Promise<void> {
    await this.saving;
    await rm(this.file, { force: true });
  }

  private async write(): Promise<void> {
    const { identity, pieceSize, pieces } = this;
    const saved: Saved = { version: 1, identity, pieceSize, pieces };
    await writeFile(`${this.file}.new`, JSON.stringify(saved));
    await rename(`${this.file}.new`, this.file);
  }
}

async function readSaved(file: string): Promise<Saved | null> {
  try {
    const saved = JSON.parse(await readFile(file, "utf8")) as Saved | { readonly version: null };
    return saved.version === 1 ? saved : null;
  } catch {
    return null;
  }
}
