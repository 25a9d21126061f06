import type { Azure } from "../azure";
import { BLOB_PLANE } from "../blob/service";
import { objectAt, objectsAt, textAt, type JsonObject } from "../json";
import { COMPUTE } from "../long-running";
import { NIC_RESERVATION, type NicReservation } from "../network/network-interfaces";
import { parseResourceId } from "../resource-id";
import type { Resource } from "../resource";
import type { DeletePlan, DeleteRequest, PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { VM_API_VERSIONS } from "./api-versions";
import { GIB, setBlob } from "./disk-content";
import { withDiskDefaults } from "./disk-defaults";
import { skuOf } from "./disk-skus";
import { InvalidParameter } from "./errors";
import { nicIdsOf, powerOf, setPower, VM_TYPE } from "./ownership";
import { endRunCommands } from "./run-command-execution";
import { VM_ACTIONS } from "./vm-actions";
import { vmInstanceView } from "./vm-instance-view";
import { VM_HOST } from "./vm-host";
import { bootVm } from "./vm-machine";
import { planNewVm, planPatchedVm, planReplacedVm, type DiskToMake, type VmPlan } from "./vm-plan";

/** How long an interface is reserved for a VM that failed (azure-arm.md 7.1). */
const NIC_RESERVED_SECONDS = 180;

const PASSWORD_HASH = "password hash";

/** Microsoft.Compute/virtualMachines (azure-arm.md 3.4, 5, 7). */
export const VIRTUAL_MACHINE: ResourceType = {
  type: VM_TYPE,
  apiVersions: VM_API_VERSIONS,
  tracked: true,
  etag: "counter",
  deletePreempts: true,
  checkName: (name) =>
    /^[a-z0-9]([\w.-]{0,62}\w)?$/i.test(name)
      ? undefined
      : new InvalidParameter(
          `The entity name '${name}' is invalid: a virtual machine's name has up to 64 letters, digits, '.', '-' and '_'.`,
          "name",
        ),
  shape: shapeOf("compute", "VirtualMachine"),
  patchShape: shapeOf("compute", "VirtualMachineUpdate"),
  longRunning: COMPUTE,
  put(request) {
    const { existing } = request;
    return existing === undefined
      ? create(request)
      : change(request.azure, planReplacedVm(request, existing, passwordHashOf(existing)));
  },
  patch: (request) => change(request.azure, planPatchedVm(request, request.existing, passwordHashOf(request.existing))),
  delete: remove,
  actions: VM_ACTIONS,
  show: (resource, { expand }) =>
    expand?.toLowerCase() === "instanceview"
      ? {
          ...resource.body,
          properties: { ...objectAt(resource.body, "properties"), instanceView: vmInstanceView(resource) },
        }
      : resource.body,
};

function create(request: PutRequest): WritePlan {
  const { azure } = request;
  const plan = planNewVm(request);
  return {
    body: plan.body,
    onAccepted(vm) {
      vm.hidden.set(PASSWORD_HASH, plan.passwordHash);
      setPower(vm, "starting");
    },
    async work(vm) {
      await makeDisks(azure, vm, plan.disks);
      provision(azure, vm);
    },
  };
}

function change(azure: Azure, plan: VmPlan): WritePlan {
  return {
    body: plan.body,
    async work(vm) {
      await makeDisks(azure, vm, plan.disks);
      if (powerOf(vm) === "starting") {
        // The creation had failed; another PUT goes on with it (azure-arm.md 7.1).
        provision(azure, vm);
      }
    },
  };
}

/** Finds room for a VM and starts it. A VM that fails here keeps its network interfaces for itself for a while (azure-arm.md 7.1). */
function provision(azure: Azure, vm: Resource): void {
  const failure = azure.service(VM_HOST).creationFailures.shift();
  if (failure !== undefined) {
    const until = Date.now() + NIC_RESERVED_SECONDS * azure.millisecondsPerSecond;
    for (const key of nicIdsOf(vm.body)) {
      azure.store.get(key)?.hidden.set(NIC_RESERVATION, { vmId: vm.id.text, until } satisfies NicReservation);
    }
    throw failure;
  }
  bootVm(azure, vm);
  setPower(vm, "running");
}

/** Makes the managed disks that a VM brings with it, as resources of their own. */
async function makeDisks(azure: Azure, vm: Resource, disks: readonly DiskToMake[]): Promise<void> {
  for (const { id, sizeInGiB, sku, properties } of disks) {
    const blob = await azure.service(BLOB_PLANE).disks.empty(sizeInGiB * GIB);
    const body: JsonObject = {
      location: textAt(vm.body, "location"),
      ...(vm.body.zones !== undefined && { zones: vm.body.zones }),
      sku: skuOf({}, sku),
      properties: { ...properties, diskSizeGB: sizeInGiB },
    };
    setBlob(azure.insert(id, withDiskDefaults(body, blob.size)), blob);
  }
}

/** Disks and interfaces outlive the VM unless their deleteOption is Delete (azure-arm.md 7.1, 7.2). */
function remove({ azure, existing }: DeleteRequest): DeletePlan {
  const profile = objectAt(existing.body, "properties", "storageProfile");
  const goToo = [objectAt(profile, "osDisk"), ...objectsAt(profile, "dataDisks")]
    .filter((disk) => disk.deleteOption === "Delete")
    .map((disk) => textAt(disk, "managedDisk", "id"));
  const interfaces = objectsAt(existing.body, "properties", "networkProfile", "networkInterfaces")
    .filter((nic) => textAt(nic, "properties", "deleteOption") === "Delete")
    .map((nic) => textAt(nic, "id"));
  return {
    onAccepted: () => endRunCommands(azure, existing),
    async work(vm) {
      setPower(vm, "deallocated");
      const { body } = vm;
      // Meanwhile nothing belongs to the VM any more, so that what goes with it can go.
      vm.body = detached(body);
      try {
        for (const text of [...goToo, ...interfaces]) {
          const id = text === undefined ? null : parseResourceId(text);
          if (id !== null) {
            await azure.delete(id);
          }
        }
      } finally {
        vm.body = body;
      }
    },
  };
}

function detached(body: JsonObject): JsonObject {
  const properties = objectAt(body, "properties");
  return {
    ...body,
    properties: { ...properties, storageProfile: { dataDisks: [] }, networkProfile: { networkInterfaces: [] } },
  };
}

function passwordHashOf(vm: Resource): string | undefined {
  return vm.hidden.get(PASSWORD_HASH) as string | undefined;
}
