import { objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { powerOf, type PowerState } from "./ownership";

const BOOT_FAILS = "boot fails";

/** Makes a VM one whose Windows does not come up: its agent never reports. */
export function setBootFails(vm: Resource): void {
  vm.hidden.set(BOOT_FAILS, true);
}

export function bootFails(vm: Resource): boolean {
  return vm.hidden.get(BOOT_FAILS) === true;
}

const POWER_TEXT: Readonly<Record<PowerState, string>> = {
  starting: "VM starting",
  running: "VM running",
  stopped: "VM stopped",
  deallocated: "VM deallocated",
};

/** Instance view of a VM (azure-arm.md 3.4, 5): states of VM, agent and disks. */
export function vmInstanceView(vm: Resource): JsonObject {
  const now = new Date().toISOString();
  const profile = objectAt(vm.body, "properties", "storageProfile");
  const power = powerOf(vm);
  return {
    ...(power === "running" && !bootFails(vm) && osFacts(vm)),
    ...(power === "running" && { vmAgent: vmAgent(vm, now) }),
    disks: [objectAt(profile, "osDisk"), ...objectsAt(profile, "dataDisks")].map((disk) => ({
      name: disk.name,
      statuses: [status("ProvisioningState/succeeded", "Provisioning succeeded", now)],
    })),
    ...(objectAt(vm.body, "properties", "diagnosticsProfile", "bootDiagnostics").enabled === true && {
      bootDiagnostics: {},
    }),
    statuses: [provisioning(vm, now), { code: `PowerState/${power}`, level: "Info", displayStatus: POWER_TEXT[power] }],
  };
}

function provisioning(vm: Resource, time: string): JsonObject {
  switch (vm.provisioningState) {
    case "Failed":
      return { ...status("ProvisioningState/failed", "Provisioning failed", time), level: "Error" };
    case "Succeeded":
      return status("ProvisioningState/succeeded", "Provisioning succeeded", time);
    default:
      return status(`ProvisioningState/${vm.provisioningState.toLowerCase()}`, vm.provisioningState, time);
  }
}

function osFacts(vm: Resource): JsonObject {
  const linux = textAt(vm.body, "properties", "storageProfile", "osDisk", "osType") === "Linux";
  return {
    computerName: textAt(vm.body, "properties", "osProfile", "computerName") ?? vm.id.name,
    osName: linux ? "ubuntu" : "Windows Server Datacenter",
  };
}

/** An agent that reports, or the texts of one that does not (learn: windows-azure-guest-agent, "Not Ready"). */
function vmAgent(vm: Resource, time: string): JsonObject {
  return bootFails(vm)
    ? {
        vmAgentVersion: "Unknown",
        statuses: [
          {
            code: "ProvisioningState/Unavailable",
            level: "Warning",
            displayStatus: "Not Ready",
            message: "VM status blob is found but not yet populated.",
            time,
          },
        ],
      }
    : {
        vmAgentVersion: "2.7.41491.1176",
        statuses: [
          {
            ...status("ProvisioningState/succeeded", "Ready", time),
            message: "GuestAgent is running and processing the extensions.",
          },
        ],
        extensionHandlers: [],
      };
}

function status(code: string, displayStatus: string, time: string): JsonObject {
  return { code, level: "Info", displayStatus, time };
}
