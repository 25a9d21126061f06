import type { RuleCases } from "../support/case";
import { schedule, vm } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "no schedule": [vm()],
    "a schedule that is switched off": [vm(), schedule("shutdown", { status: "Disabled" })],
    "a schedule for something else": [vm(), schedule("shutdown", { taskType: "ComputeVmStart" })],
    "a schedule for another VM": [vm(), vm("other"), schedule()],
  },
  passed: {
    "a daily shutdown": [vm(), schedule()],
    "a shutdown at another time": [vm(), schedule("shutdown", { dailyRecurrence: { time: "0630" } })],
    "a VM that has nothing to do with a repair": [vm("vm", { tags: {} }, { component: null })],
  },
};
