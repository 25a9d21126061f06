import { createRequire } from "node:module";

import type { RuleCases } from "./case";

const load = createRequire(__filename);

/** The programs that a rule is tried on. */
export function casesOf(rule: string): RuleCases {
  return (load(`../cases/${rule}`) as { cases: RuleCases }).cases;
}

/** How the resources of a program are called in the stack that holds all of them. */
export function caseName(rule: string, title: string): string {
  return `${rule}/${title.replace(/\W+/g, "-")}`;
}
