import * as pulumi from "@pulumi/pulumi";

import { RepairEnvironment } from "../../components/index";

const vms = new pulumi.Config("several-vms").requireObject<string[]>("vms");

const environments = vms.map((vm) => ({
  vm,
  repair: new RepairEnvironment(`repair-${vm.slice(vm.lastIndexOf("/") + 1)}`, { vm }),
}));

/** What was found, by VM. */
export const summary = pulumi.all(
  Object.fromEntries(
    environments.map(({ vm, repair }) => [
      vm,
      { status: repair.dumpStatus, dump: repair.dumpBlobUrl, bugCheck: repair.bugCheck, nextSteps: repair.nextSteps },
    ]),
  ),
);
