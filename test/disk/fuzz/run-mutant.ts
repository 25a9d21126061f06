import { DiskError, MemorySource, type ByteSource } from "../../../disk";
import { Damage, damageSome } from "./damage";
import { Random } from "./random";
import type { Prepared, Structure } from "./structure";

/** How a mutant ended: answered as if it were whole, answered otherwise, refused by a typed error, or badly. */
export type Outcome = "same" | "other" | "refused" | Failure;

/** What must not be. */
export interface Failure {
  readonly structure: string;
  readonly number: number;
  readonly problem: string;
}

/** A right answer needs some dozens of reads; damage may add copies and detours, never an endless walk. */
const mostReads = 5000;
const mostBytes = 512 * 1024 * 1024;

/** A structure with the answers that it gives as long as it is whole. */
export class FuzzedStructure {
  private readonly clean = new Map<number, string>();

  private constructor(
    private readonly structure: Structure,
    private readonly prepared: Prepared,
  ) {}

  static async prepare(structure: Structure): Promise<FuzzedStructure> {
    return new FuzzedStructure(structure, await structure.prepare());
  }

  /** Makes the mutant of a number, asks a question, and puts all bytes back. */
  async run(seed: string, number: number): Promise<Outcome> {
    const { prepared } = this;
    const question = number % (prepared.questions ?? 1);
    const clean = await this.cleanAnswer(question);
    const random = new Random(`${seed}/${this.structure.name}/${number}`);
    const damage = new Damage(prepared.bytes);
    damageSome(damage, prepared.ranges, random);
    const repaired = random.oneIn(2);
    if (repaired) prepared.repair?.(damage);
    const length = random.oneIn(16) ? random.below(prepared.bytes.length) : prepared.bytes.length;
    try {
      const answer = await prepared.ask(new LimitedSource(prepared.bytes.subarray(0, length)), question);
      if (answer === clean) return "same";
      const isWrong = length === prepared.bytes.length && (prepared.isMissing?.(clean, answer) ?? false);
      return isWrong ? this.failure(number, `missing, though it is there: ${clean} became ${answer}`) : "other";
    } catch (error) {
      if (error instanceof DiskError) return "refused";
      return this.failure(number, error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      damage.restore();
    }
  }

  private async cleanAnswer(question: number): Promise<string> {
    const known = this.clean.get(question);
    if (known !== undefined) return known;
    const answer = await this.prepared.ask(new LimitedSource(this.prepared.bytes), question);
    this.clean.set(question, answer);
    return answer;
  }

  private failure(number: number, problem: string): Failure {
    return { structure: this.structure.name, number, problem };
  }
}

/** Gives up when reading does not end. */
class LimitedSource implements ByteSource {
  private readonly inner: MemorySource;
  private reads = 0;
  private bytesRead = 0;

  constructor(bytes: Buffer) {
    this.inner = new MemorySource(bytes);
  }

  get size(): number {
    return this.inner.size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads++;
    this.bytesRead += length;
    if (this.reads > mostReads || this.bytesRead > mostBytes) {
      throw new Error(`it goes on and on: ${this.reads} reads, ${this.bytesRead} bytes`);
    }
    return this.inner.read(offset, length);
  }
}
