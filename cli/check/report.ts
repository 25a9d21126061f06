import type { Facts, Plan } from "../../preflight/facts";
import { dailyCosts, pricedOf, type DailyCost } from "../../preflight/prices";
import type { CheckResult } from "../../preflight/run-checks";
import { printable } from "../../disk/printable";

/** The answer of `check`, as `--json` prints it. */
export interface Report {
  readonly schema: 1;
  /** Resource id of the VM. */
  readonly vm: string;
  readonly location: string | null;
  readonly vmSize: string;
  /** The worst result of all checks. */
  readonly result: "ok" | "warning" | "stop";
  readonly checks: readonly {
    readonly id: string;
    readonly result: "ok" | "warning" | "stop";
    readonly finding: string;
    readonly remedy: string | null;
    readonly details?: unknown;
  }[];
  /** Null when the price of a part is not known. */
  readonly costPerDay: {
    readonly amount: number;
    readonly currency: string;
    readonly parts: readonly DailyCost[];
  } | null;
}

/** Puts together what the checks said. */
export function reportOf(vm: string, facts: Facts, plan: Plan, results: readonly CheckResult[]): Report {
  const worst = (["stop", "warning"] as const).find((level) => results.some(({ result }) => result === level));
  const disk = facts.osDisk && "value" in facts.osDisk ? facts.osDisk.value : null;
  return {
    schema: 1,
    vm,
    location: disk?.location ?? (facts.vm && "value" in facts.vm ? (facts.vm.value?.location ?? null) : null),
    vmSize: plan.vmSize,
    result: worst ?? "ok",
    checks: results.map((one) => ({
      id: one.id,
      result: one.result,
      finding: one.finding,
      remedy: "remedy" in one ? one.remedy : null,
      ...("details" in one && { details: one.details }),
    })),
    costPerDay: costOf(facts, plan),
  };
}

function costOf({ prices, osDisk }: Facts, plan: Plan): Report["costPerDay"] {
  if (!prices || !("value" in prices) || !osDisk || !("value" in osDisk) || osDisk.value === null) return null;
  const costs = dailyCosts(prices.value, pricedOf(osDisk.value, plan));
  const parts = costs.flatMap((cost) => ("perDay" in cost ? [cost] : []));
  if (parts.length < costs.length) return null;
  const amount = parts.reduce((sum, { perDay }) => sum + perDay, 0);
  const inCents = (value: number): number => Math.round(value * 100) / 100;
  return {
    amount: inCents(amount),
    currency: prices.value[0]?.currencyCode ?? "USD",
    parts: parts.map(({ what, perDay }) => ({ what, perDay: inCents(perDay) })),
  };
}

/** The report for people: a line a check, and below it what to do. */
export function reportLines({ vm, vmSize, checks, result }: Report): string[] {
  const width = Math.max(...checks.map(({ id }) => id.length));
  const lines = checks.flatMap(({ id, result: level, finding, remedy }) => [
    `${level.padEnd(7)}  ${id.padEnd(width)}  ${finding}`,
    ...(remedy === null ? [] : [`${" ".repeat(width + 11)}-> ${remedy}`]),
  ]);
  return [vm, `with a repair VM of size ${vmSize}`, "", ...lines, "", verdicts[result]].map(printable);
}

const verdicts: Readonly<Record<Report["result"], string>> = {
  ok: "Nothing stands in the way.",
  warning: "Nothing stands in the way; mind the warnings.",
  stop: "pulumi up would fail. Do what is said after the arrows, then check again.",
};
