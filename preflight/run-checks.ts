import { CHECKS } from "./checks";
import { stop, warning, type Check, type Verdict } from "./check";
import type { Facts, FactValues, Plan } from "./facts";

/** What one check said. */
export type CheckResult = Verdict & { readonly id: string };

/** Runs every check whose facts are there, in the order of the list. Pure: the same facts give the same answers. */
export function runChecks(facts: Facts, plan: Plan, checks: readonly Check[] = CHECKS): CheckResult[] {
  return checks.flatMap((check) => {
    const verdict = verdictOf(check, facts, plan);
    return verdict === undefined ? [] : [{ id: check.id, ...verdict }];
  });
}

function verdictOf(check: Check, facts: Facts, plan: Plan): Verdict | undefined {
  const reasons = check.needs.map((name) => {
    const fact = facts[name];
    return fact !== undefined && "unknown" in fact ? fact.unknown : undefined;
  });
  if (check.needs.some((name) => facts[name] === undefined)) {
    return undefined;
  }
  const reason = reasons.find((text) => text !== undefined);
  if (reason === undefined) {
    return check.judge(valuesOf(check, facts), plan);
  }
  const finding = `it could not be found out: ${reason}`;
  const remedy = "see the message of Azure, and the check rights for what the caller may not read";
  return check.unknown === "stop" ? stop("be readable", finding, remedy) : warning(finding, remedy);
}

function valuesOf(check: Check, facts: Facts): Partial<FactValues> {
  const known = [...check.needs, ...check.uses].flatMap((name) => {
    const fact = facts[name];
    return fact !== undefined && "value" in fact ? [[name, fact.value] as const] : [];
  });
  return Object.fromEntries(known);
}
