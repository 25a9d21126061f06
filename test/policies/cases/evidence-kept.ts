import { ref, type RuleCases } from "../support/case";
import { account, group, lifecycleRule, retention, vm } from "../support/valid-args";

const dumpStore = (inputs: object) => ({
  type: "azure-repair-kit:index:DumpStore",
  name: "store",
  inputs: { location: "westeurope", ...inputs },
});

export const cases: RuleCases = {
  stopped: {
    "a store that is destroyed with the stack": [dumpStore({ keepEvidence: false })],
    "a store in the group of the repair VM": [
      group(),
      vm(),
      account("account", { resourceGroupName: ref("group", "name") }),
    ],
    "dumps deleted the next day": [
      retention("retention", { policy: { rules: [lifecycleRule({}, { daysAfterCreationGreaterThan: 1 })] } }),
    ],
  },
  passed: {
    "a store that is kept": [dumpStore({ keepEvidence: true }), vm(), account(), retention()],
    "a store that says nothing": [dumpStore({})],
    "a store that existed before": [dumpStore({ keepEvidence: false, containerId: "/subscriptions/s/x" })],
    "a rule that is switched off": [
      retention("retention", {
        policy: { rules: [lifecycleRule({ enabled: false }, { daysAfterCreationGreaterThan: 1 })] },
      }),
    ],
  },
};
