import type { RuleCases } from "../support/case";
import { group, storeGroup, vm } from "../support/valid-args";

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString();
const until = (expires: unknown) => ({ tags: { "created-by": "azure-repair-kit", "expires-on": expires } });

export const cases: RuleCases = {
  stopped: {
    "no date": [group("group", until(undefined))],
    "no tags": [vm("vm", { tags: undefined })],
    "a date that has passed": [group("group", until("2020-02-29"))],
    "a date years ahead": [group("group", until(inDays(800).slice(0, 10)))],
    "no date but a word": [group("group", until("soon"))],
    "a day that there is not": [group("group", until("2026-13-45"))],
  },
  passed: {
    "next week": [group("group", until(inDays(7).slice(0, 10)))],
    "the end of today": [group("group", until(inDays(0).slice(0, 10)))],
    "a time": [vm("vm", until(inDays(1)))],
    "the group of the evidence": [storeGroup("store-group", until(undefined))],
    "a group that has nothing to do with a repair": [group("group", { tags: {} }, { component: null })],
  },
};
