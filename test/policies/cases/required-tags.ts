import type { RuleCases } from "../support/case";
import { container, disk, group, vm } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "no tags": [vm("vm", { tags: undefined })],
    "other tags": [disk("disk", { tags: { owner: "me" } })],
    "an empty tag": [group("group", { tags: { "created-by": "" } })],
    "a tag in other letters": [group("group", { tags: { "Created-By": "azure-repair-kit" } })],
  },
  passed: {
    "the tag": [vm()],
    "the tag among others": [group("group", { tags: { owner: "me", "created-by": "us" } })],
    "a resource that takes no tags": [container()],
    "a resource that has nothing to do with a repair": [vm("vm", { tags: {} }, { component: null })],
  },
};
