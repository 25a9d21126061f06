import { GlobalSchedule } from "@pulumi/azure-native/devtestlab";
import * as pulumi from "@pulumi/pulumi";

import type { Place } from "./place";

/** What the user writes to have no daily shutdown. */
const NEVER = "off";

/** A time of day as Azure's schedules take it, `HHMM`; undefined when the text is no time. */
export function shutdownTime(text: string): string | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):?([0-5]\d)$/.exec(text) ?? [];
  return hours && minutes ? hours + minutes : undefined;
}

/** What is wrong with a time of the daily shutdown, or undefined. */
export function shutdownTimeProblem(argument: string, text: string): string | undefined {
  return text === NEVER || shutdownTime(text)
    ? undefined
    : `${argument} must be a time of day in UTC like "19:00" or "1900", or "${NEVER}", got "${text}"`;
}

/** Shuts a VM down at a time of day in UTC, unless that time is `off`. Azure finds the schedule of a VM by its name. */
export function dailyShutdown(
  name: string,
  place: Place,
  vm: { name: pulumi.Input<string>; id: pulumi.Input<string> },
  time: string,
  parent: pulumi.Resource,
): void {
  if (time === NEVER) {
    return;
  }
  new GlobalSchedule(
    name,
    {
      ...place,
      name: pulumi.interpolate`shutdown-computevm-${vm.name}`,
      status: "Enabled",
      taskType: "ComputeVmShutdownTask",
      dailyRecurrence: { time: shutdownTime(time) },
      timeZoneId: "UTC",
      notificationSettings: { status: "Disabled", timeInMinutes: 30 },
      targetResourceId: vm.id,
    },
    { parent },
  );
}
