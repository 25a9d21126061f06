import type { RuleCases } from "../support/case";
import { account, container, lifecycleRule, retention } from "../support/valid-args";

const withRules = (...rules: object[]) => [account(), container(), retention("retention", { policy: { rules } })];
const filters = (prefixMatch: string[]) => ({
  definition: { ...lifecycleRule().definition, filters: { blobTypes: ["blockBlob"], prefixMatch } },
});

export const cases: RuleCases = {
  stopped: {
    "no rule": [account(), container()],
    "a rule that is switched off": withRules(lifecycleRule({ enabled: false })),
    "a rule for another container": withRules(lifecycleRule(filters(["logs/"]))),
    "a rule that keeps for years": withRules(lifecycleRule({}, { daysAfterModificationGreaterThan: 3650 })),
    "a rule that only moves": withRules(
      lifecycleRule({
        definition: { actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 30 } } } },
      }),
    ),
  },
  passed: {
    "90 days": withRules(lifecycleRule()),
    "by creation, for the whole account": withRules(
      lifecycleRule({ definition: { actions: { baseBlob: { delete: { daysAfterCreationGreaterThan: 30 } } } } }),
    ),
    "the second rule": withRules(lifecycleRule({ enabled: false }), lifecycleRule({ name: "second", enabled: true })),
    "an account that has nothing to do with dumps": [
      account("account", { tags: {} }, { component: null }),
      container("container", {}, { component: null }),
    ],
  },
};
