import * as pulumi from "@pulumi/pulumi";

import type { Check } from "../../preflight/check";
import type { Facts, Plan } from "../../preflight/facts";
import { runChecks } from "../../preflight/run-checks";
import { inputError } from "./validate";

/** What is judged, and how the user named it. */
export interface Judgement {
  /** The user's argument that led to these facts. */
  readonly argument: string;
  /** What the user gave for it. */
  readonly text: string;
  readonly facts: Facts;
  /** The choices that the checks depend on; those whose facts are missing here need none. */
  readonly plan?: Partial<Plan>;
  /** Default: all checks of the preflight whose facts are there. */
  readonly checks?: readonly Check[];
}

/** Refuses what the preflight stops at; nothing is made then, because everything waits for the facts. */
export function refuseStops({ argument, text, facts, plan, checks }: Judgement, resource: pulumi.Resource): void {
  const results = runChecks(facts, { vmSize: "", tags: {}, ...plan }, checks);
  const stop = results.find(({ result }) => result === "stop");
  if (stop?.result === "stop") {
    throw inputError(`${argument} must ${stop.requirement}, got "${text}": ${stop.finding}; ${stop.remedy}`, resource);
  }
}

/** Tells the warnings of the preflight, a line each. */
export async function tellWarnings({ facts, plan, checks }: Judgement, resource: pulumi.Resource): Promise<void> {
  for (const one of runChecks(facts, { vmSize: "", tags: {}, ...plan }, checks)) {
    if (one.result === "warning") {
      await pulumi.log.warn(`${one.finding}. What to do: ${one.remedy}`, resource);
    }
  }
}
