import { vmNames } from "../../../rehearsal/guest/model/vm-names";

const id = (group: string, vm: string) =>
  `/subscriptions/s/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${vm}`;

it.each([
  [id("production", "web-01"), ["production", "web-01"]],
  [id("größe_1.a", "web_01"), ["größe_1.a", "web_01"]],
  [id("web(old)", "web-01"), ['"web(old)"', "web-01"]],
  [id("$(reboot)", "web-01"), ["GROUP", "VM"]],
  [id("web", "a b"), ["GROUP", "VM"]],
  ["", ["GROUP", "VM"]],
])("%s is told as %j", (vmId, names) => {
  expect(vmNames(vmId)).toEqual(names);
});
