import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";

import { guestScript, type GuestScriptId } from "../../guest/catalogue";
import { type GuestAnswer, parseGuestAnswer } from "./guest-answer";
import { parseIdOfType } from "../../preflight/resource-id";
import { kitTags } from "./tags";
import { checked, inputError } from "./validate";

/** One run of a guest script on a repair VM. */
export interface GuestRun {
  readonly script: GuestScriptId;
  readonly vmId: pulumi.Input<string>;
  readonly location: pulumi.Input<string>;
  /** Named parameters of the script. A changed value makes the script run again. */
  readonly parameters: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secret parameters, left out when absent. Azure shows them to nobody, and the state keeps them encrypted. */
  readonly protectedParameters?: Readonly<Record<string, pulumi.Input<string> | undefined>>;
  readonly timeoutSeconds: number;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Runs a guest script on a VM by a managed run command, and reads its answer.
 *
 * The answer is read with a request of its own: Azure shows the instance view of a run command only when asked to
 * expand it, and the resource's own outputs never do. It waits for the run command, because its arguments are outputs
 * of it, and is unknown in a preview that will run the script.
 *
 * @throws inputError inside the Output when the script did not answer
 */
export function runInGuest(name: string, run: GuestRun, parent: pulumi.ComponentResource): pulumi.Output<GuestAnswer> {
  const vm = checked(run.vmId, parent, vmIdProblem).apply((id) => {
    const parsed = parseIdOfType(id, VM_TYPE);
    return { resourceGroupName: parsed?.resourceGroupName ?? "", name: parsed?.names[0] ?? "" };
  });
  const command = new compute.VirtualMachineRunCommandByVirtualMachine(
    name,
    {
      resourceGroupName: vm.resourceGroupName,
      vmName: vm.name,
      location: run.location,
      source: { script: guestScript(run.script) },
      parameters: Object.entries(run.parameters).map(([parameter, value]) => ({ name: parameter, value })),
      ...protectedParameters(run),
      timeoutInSeconds: run.timeoutSeconds,
      asyncExecution: false,
      treatFailureAsDeploymentFailure: true,
      tags: kitTags(run.tags),
    },
    {
      parent,
      // Azure does not run a command again on an identical PUT, so neither a change nor a repeat after a failure may be
      // an update. Tags are no reason to run a script again.
      replaceOnChanges: ["*"],
      ignoreChanges: ["tags"],
      deleteBeforeReplace: true,
    },
  );
  return pulumi
    .all([vm.resourceGroupName, vm.name, command.name])
    .apply(async ([resourceGroupName, vmName, runCommandName]) => {
      const { instanceView } = await compute.getVirtualMachineRunCommandByVirtualMachine(
        { resourceGroupName, vmName, runCommandName, expand: "instanceView" },
        { parent },
      );
      try {
        return parseGuestAnswer(run.script, instanceView.output);
      } catch (error) {
        throw inputError(error instanceof Error ? error.message : String(error), parent);
      }
    });
}

function protectedParameters({
  protectedParameters: given = {},
}: GuestRun): Pick<compute.VirtualMachineRunCommandByVirtualMachineArgs, "protectedParameters"> {
  const named = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: pulumi.secret(value) }],
  );
  return named.length === 0 ? {} : { protectedParameters: named };
}

const VM_TYPE = "Microsoft.Compute/virtualMachines";

function vmIdProblem(id: string): string | undefined {
  return parseIdOfType(id, VM_TYPE)
    ? undefined
    : `repairVmId must be the resource id of a VM, got "${id}"; read it with: az vm show --query id`;
}
