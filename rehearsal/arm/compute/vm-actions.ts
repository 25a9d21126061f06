import { NotSimulated } from "../gateway-errors";
import { COMPUTE } from "../long-running";
import type { ActionRequest, ResourceAction } from "../resource-type";
import type { Resource } from "../resource";
import { hasActiveAccess } from "./disk-content";
import { ActiveAccess, OperationNotAllowed } from "./errors";
import { diskIdsOf, powerOf, setPower } from "./ownership";
import { endRunCommands } from "./run-command-execution";
import { RETRIEVE_BOOT_DIAGNOSTICS } from "./vm-boot-diagnostics";
import { vmInstanceView } from "./vm-instance-view";
import { bootVm } from "./vm-machine";
import { RUN_COMMAND_ACTION } from "./vm-run-command-action";

/** Actions of a VM; long ones answer 202 with both polling headers (azure-arm.md 15.4: modelled like DELETE). */
export const VM_ACTIONS: Readonly<Record<string, ResourceAction>> = {
  instanceView: {
    method: "GET",
    writes: false,
    run: ({ existing }) => ({ answer: vmInstanceView(existing) }),
  },
  retrieveBootDiagnosticsData: RETRIEVE_BOOT_DIAGNOSTICS,
  runCommand: RUN_COMMAND_ACTION,
  start: powerAction((request) => {
    checkNoActiveAccess(request);
    return (vm) => {
      if (powerOf(vm) !== "running") {
        bootVm(request.azure, vm);
        setPower(vm, "running");
      }
    };
  }),
  powerOff: powerAction(({ azure }) => (vm) => {
    endRunCommands(azure, vm);
    // Modelled: a deallocated VM stays so.
    setPower(vm, powerOf(vm) === "deallocated" ? "deallocated" : "stopped");
  }),
  deallocate: powerAction(({ azure, query, id }) => {
    if (query.get("hibernate") === "true") {
      throw new NotSimulated("POST", `${id.text}/deallocate?hibernate=true`);
    }
    return (vm) => {
      endRunCommands(azure, vm);
      setPower(vm, "deallocated");
    };
  }),
  restart: powerAction(({ azure, existing }) => {
    if (powerOf(existing) !== "running") {
      // Modelled: what is not running cannot be restarted.
      throw new OperationNotAllowed(
        `VM ${existing.id.name} cannot be restarted: its power state is '${powerOf(existing)}'.`,
      );
    }
    return (vm) => {
      endRunCommands(azure, vm);
      bootVm(azure, vm);
    };
  }),
};

/** A POST that changes the power state in the end. */
function powerAction(plan: (request: ActionRequest) => (vm: Resource) => void): ResourceAction {
  return {
    method: "POST",
    writes: true,
    longRunning: COMPUTE.action,
    run(request) {
      const change = plan(request);
      return {
        work(vm) {
          change(vm);
          return undefined;
        },
      };
    },
  };
}

/** A VM does not start while a shared access signature on one of its disks is live (azure-arm.md 4.2). */
function checkNoActiveAccess({ azure, existing }: ActionRequest): void {
  for (const key of diskIdsOf(existing.body)) {
    const disk = azure.store.get(key);
    if (disk !== undefined && hasActiveAccess(disk)) {
      throw new ActiveAccess("disk", disk.id.name);
    }
  }
}
