import { configHint } from "./internal/problem";
import { textAt, valueAt } from "./internal/properties";
import { eachInStack, type Rule, type StackResource } from "./internal/rule";
import { REPAIR, scopeSchema } from "./internal/scope";

/** A repair is done, and its VM forgotten: it costs, and stays a way in with nobody looking. */
export const autoShutdown: Rule = {
  name: "auto-shutdown",
  description: "A repair VM is shut down every day at a set time.",
  enforcementLevel: "mandatory",
  severity: "low",
  remediationSteps:
    "Add an enabled devtestlab.GlobalSchedule with taskType ComputeVmShutdownTask and the VM as targetResourceId.",
  configSchema: { properties: { scope: scopeSchema } },
  validateStack: eachInStack(REPAIR, ["compute:VirtualMachine"], (vm, report, _, all) => {
    const schedules = all.filter((other) => other.type === "devtestlab:GlobalSchedule" && isFor(other, vm));
    if (!schedules.some(isShutdown)) {
      const [schedule] = schedules;
      report({
        property: schedule ? `the schedule ${schedule.name}` : "its daily shutdown",
        found: schedule && valueAt(schedule.properties, "status"),
        wanted: "an enabled schedule with a time of day",
        change: `Set a shutdown time, like 19:00.${configHint(vm, "autoShutdownTime")}`,
      });
    }
  }),
};

function isFor(schedule: StackResource, vm: StackResource): boolean {
  const target = textAt(schedule.outputs, "targetResourceId")?.toLowerCase();
  return (
    schedule.sourcesOf("targetResourceId").includes(vm) ||
    (target !== undefined && target === textAt(vm.outputs, "id")?.toLowerCase())
  );
}

function isShutdown({ properties }: StackResource): boolean {
  return (
    textAt(properties, "status") === "Enabled" &&
    textAt(properties, "taskType") === "ComputeVmShutdownTask" &&
    valueAt(properties, "dailyRecurrence.time") !== undefined
  );
}
