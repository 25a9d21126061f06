import type { Facts, FactValues, Plan } from "./facts";

/** What a check found, and what to do about it. */
export type Verdict =
  | { readonly result: "ok"; readonly finding: string }
  | { readonly result: "warning"; readonly finding: string; readonly remedy: string; readonly details?: unknown }
  | {
      readonly result: "stop";
      /** What must be so, after the words "it must": `name a Windows VM`. */
      readonly requirement: string;
      readonly finding: string;
      readonly remedy: string;
      readonly details?: unknown;
    };

/** The values of known facts: those that a check needs are there, those that it can use may be missing. */
export type Judged<Need extends keyof FactValues, Use extends keyof FactValues> = Pick<FactValues, Need> &
  Partial<Pick<FactValues, Use>>;

/** A question that is answered before anything is made. */
export interface Check {
  /** Name in reports, as words with hyphens. */
  readonly id: string;
  /** Facts without which there is no answer. */
  readonly needs: readonly (keyof Facts)[];
  /** Facts that make the answer better. */
  readonly uses: readonly (keyof Facts)[];
  /** What it means that a needed fact could not be found out; default a warning. */
  readonly unknown: "warning" | "stop";
  /** The answer; undefined when the check does not apply to what is there. */
  readonly judge: (facts: Partial<FactValues>, plan: Plan) => Verdict | undefined;
}

/** Makes a check whose judge sees the facts that it names, and no others. */
export function defineCheck<const Need extends keyof FactValues, const Use extends keyof FactValues = never>(check: {
  readonly id: string;
  readonly needs: readonly Need[];
  readonly uses?: readonly Use[];
  readonly unknown?: "stop";
  readonly judge: (facts: Judged<Need, Use>, plan: Plan) => Verdict | undefined;
}): Check {
  return {
    id: check.id,
    needs: check.needs,
    uses: check.uses ?? [],
    unknown: check.unknown ?? "warning",
    // runChecks calls it only when all needed facts are known.
    judge: check.judge as Check["judge"],
  };
}

/** Nothing stands in the way. */
export function ok(finding: string): Verdict {
  return { result: "ok", finding };
}

/** Something to know or to do; the kit works all the same. */
export function warning(finding: string, remedy: string, details?: unknown): Verdict {
  return { result: "warning", finding, remedy, ...(details === undefined ? {} : { details }) };
}

/** The kit cannot work so. */
export function stop(requirement: string, finding: string, remedy: string, details?: unknown): Verdict {
  return { result: "stop", requirement, finding, remedy, ...(details === undefined ? {} : { details }) };
}
