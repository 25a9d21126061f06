import type { VirtualMachine } from "@azure/arm-compute";
import { GROUP, refusal, type Fixture } from "./fixture";
import { attach, RepairVms } from "./repair-vms";

/** Data disks of a virtual machine, and what else of it can be changed. */
export function describeVirtualMachineChanges(simulator: () => Fixture): void {
  let azure: Fixture;
  let vms: RepairVms;

  beforeAll(async () => {
    azure = simulator();
    vms = await RepairVms.start(azure);
  });

  describe("data disks", () => {
    it("are the whole array in a PUT, and merged by LUN in a PATCH", async () => {
      const [first, second] = [await vms.copy("merge-1"), await vms.copy("merge-2")];
      const vm = await vms.create("merge", { storageProfile: { dataDisks: [attach(first, 0)] } });
      const patched = await azure.compute.virtualMachines.beginUpdateAndWait(GROUP, "merge", {
        storageProfile: { dataDisks: [attach(second, 1)] },
      });
      expect(patched.storageProfile!.dataDisks!.map(({ lun }) => lun)).toEqual([0, 1]);
      const put = await azure.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, "merge", {
        ...vm,
        storageProfile: { ...vm.storageProfile, dataDisks: [attach(second, 1)] },
      });
      expect(put.storageProfile!.dataDisks!.map(({ name }) => name)).toEqual(["merge-2"]);
      expect((await azure.compute.disks.get(GROUP, "merge-1")).diskState).toBe("Unattached");
      const detached = await azure.compute.virtualMachines.beginUpdateAndWait(GROUP, "merge", {
        storageProfile: { dataDisks: [{ ...attach(second, 1), toBeDetached: true }] },
      });
      expect(detached.storageProfile!.dataDisks).toEqual([]);
      expect(detached.storageProfile!.osDisk!.name).toBe(vm.storageProfile!.osDisk!.name);
    });

    it("cannot be exchanged at an occupied LUN", async () => {
      const [first, second] = [await vms.copy("lun-1"), await vms.copy("lun-2")];
      const vm = await vms.create("lun", { storageProfile: { dataDisks: [attach(first)] } });
      const put = azure.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, "lun", {
        ...vm,
        storageProfile: { ...vm.storageProfile, dataDisks: [attach(second)] },
      });
      expect(await refusal(put)).toMatchObject({
        status: 409,
        code: "PropertyChangeNotAllowed",
        message: "Changing property 'dataDisk.managedDisk.id' is not allowed.",
      });
    });

    it("belong to one VM", async () => {
      const shared = await vms.copy("owned");
      const owner = await vms.create("owner", { storageProfile: { dataDisks: [attach(shared)] } });
      const refused = await refusal(vms.create("thief", { storageProfile: { dataDisks: [attach(shared)] } }));
      expect(refused).toMatchObject({
        code: "ConflictingUserInput",
        message: `Cannot attach the disk owned to VM ${owner.id!.replace("owner", "thief")} because it is already attached to VM ${owner.id}. A disk can be attached to only one VM at a time.`,
      });
    });
  });

  describe("a change", () => {
    it.each<[string, (vm: VirtualMachine) => VirtualMachine, string]>([
      [
        "the image",
        (vm) => ({
          ...vm,
          storageProfile: {
            ...vm.storageProfile,
            imageReference: { ...vm.storageProfile!.imageReference, sku: "2022-datacenter-g2" },
          },
        }),
        "imageReference.sku",
      ],
      [
        "the computer name",
        (vm) => ({ ...vm, osProfile: { ...vm.osProfile, computerName: "other" } }),
        "osProfile.computerName",
      ],
      [
        "the password",
        (vm) => ({ ...vm, osProfile: { ...vm.osProfile, adminPassword: "Another-One-1234" } }),
        "osProfile.adminPassword",
      ],
      ["the zone", (vm) => ({ ...vm, zones: ["1"] }), "zones"],
      [
        "the OS disk's name",
        (vm) => ({
          ...vm,
          storageProfile: {
            ...vm.storageProfile,
            osDisk: { ...vm.storageProfile!.osDisk!, name: "other", managedDisk: undefined },
          },
        }),
        "osDisk.name",
      ],
    ])("of %s is refused", async (name, change, property) => {
      const vmName = `fixed-${name.replaceAll(/[^a-z]/gi, "").toLowerCase()}`;
      const vm = await vms.create(vmName);
      const put = azure.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, vmName, change(vm));
      expect(await refusal(put)).toEqual({
        status: 409,
        code: "PropertyChangeNotAllowed",
        message: `Changing property '${property}' is not allowed.`,
      });
    });

    it("of the OS disk works while deallocated, and not to another generation", async () => {
      const vm = await vms.create("swap");
      const [same, other] = [await vms.copy("swap-v2"), await vms.copy("swap-v1", { hyperVGeneration: "V1" })];
      const swapTo = (id: string) =>
        azure.compute.virtualMachines.beginUpdateAndWait(GROUP, "swap", {
          storageProfile: { osDisk: { createOption: "FromImage", name: id.split("/").at(-1)!, managedDisk: { id } } },
        });
      expect(await refusal(swapTo(same))).toMatchObject({ status: 409, code: "OperationNotAllowed" });
      await azure.compute.virtualMachines.beginDeallocateAndWait(GROUP, "swap");
      expect(await refusal(swapTo(other))).toMatchObject({ status: 409, code: "PropertyChangeNotAllowed" });
      const swapped = await swapTo(same);
      expect(swapped.storageProfile!.osDisk).toMatchObject({
        name: "swap-v2",
        createOption: "FromImage",
        managedDisk: { id: same },
      });
      expect((await azure.compute.disks.get(GROUP, vm.storageProfile!.osDisk!.name!)).diskState).toBe("Unattached");
    });
  });
}
