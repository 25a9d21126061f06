import { CHECKS } from "./checks";
import { stop, warning, type Check, type Verdict } from "./check";
import type { Facts, FactValues, Plan } from "./facts";

/** What one check said. */
export type CheckResult = Verdict & { readonly id: string };

/**
 * Runs every check whose facts are there, in the order of the list. A fact that could not be found out is told once, by
 * the first check that needs it. Pure: the same facts give the same answers.
 */
export function runChecks(facts: Facts, plan: Plan, checks: readonly Check[] = CHECKS): CheckResult[] {
  const told = new Set<keyof Facts>();
  return checks.flatMap((check) => {
    const verdict = verdictOf(check, facts, plan, told);
    return verdict === undefined ? [] : [{ id: check.id, ...verdict }];
  });
}

function verdictOf(check: Check, facts: Facts, plan: Plan, told: Set<keyof Facts>): Verdict | undefined {
  if (check.needs.some((name) => facts[name] === undefined)) {
    return undefined;
  }
  const unknown = check.needs.filter((name) => "unknown" in (facts[name] ?? {}));
  if (unknown.length === 0) {
    return check.judge(valuesOf(check, facts), plan);
  }
  const [untold] = unknown.filter((name) => !told.has(name));
  unknown.forEach((name) => told.add(name));
  const fact = untold === undefined ? undefined : facts[untold];
  if (fact === undefined || !("unknown" in fact)) {
    return undefined;
  }
  const finding = `it could not be found out: ${fact.unknown}`;
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
