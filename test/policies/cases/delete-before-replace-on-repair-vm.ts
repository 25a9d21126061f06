import type { RuleCases } from "../support/case";
import { vm } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "the option left out": [vm("vm", {}, { deleteBeforeReplace: undefined })],
    "the option false": [vm("vm", {}, { deleteBeforeReplace: false })],
    "a VM that only its tag shows as a repair VM": [
      vm("vm", { tags: { repair_source: "production/web01" } }, { deleteBeforeReplace: undefined, component: null }),
    ],
    "a VM of a pinned API version": [
      vm("vm", {}, { type: "compute/v20241101:VirtualMachine", deleteBeforeReplace: undefined }),
    ],
  },
  passed: {
    "the option true": [vm()],
    "true for a VM of a pinned API version": [vm("vm", {}, { type: "compute/v20241101:VirtualMachine" })],
    "a VM that has nothing to do with a repair": [
      vm("vm", { tags: {} }, { deleteBeforeReplace: undefined, component: null }),
    ],
  },
};
