import type { ByteSource } from "../../../disk";
import type { Damage, Range } from "./damage";

/** A structure of a disk that is fuzzed. */
export interface Structure {
  /** Such as `hive cells`; together with seed and number it names a mutant. */
  readonly name: string;
  prepare(): Promise<Prepared>;
}

/** A structure that is ready to be damaged. */
export interface Prepared {
  readonly bytes: Buffer;
  /** Where damage is done. */
  readonly ranges: readonly Range[];
  /** Number of different questions; 1 when not given. */
  readonly questions?: number;
  /** What a reader makes of the bytes, as text: it must end in an answer or a DiskError. */
  ask(source: ByteSource, question: number): Promise<string>;
  /** Makes checksums right again, so that damage is not refused at the door. */
  repair?(damage: Damage): void;
  /** Whether an answer calls something missing that is there. */
  isMissing?(clean: string, answer: string): boolean;
}
