/** The stack's output `dumpStatus` for a sample. */
export type SampleStatus = "collected" | "not-found" | "encrypted";

/** A sample broken disk of the rehearsal. */
export interface Sample {
  /** Name for `--disk`, and of the folder that holds it. */
  readonly name: string;
  /** What is wrong with the machine whose OS disk it is, in one line. */
  readonly shows: string;
  readonly status: SampleStatus;
  /** What a person does next, in one sentence. */
  readonly nextStep: string;
}
