import type { VirtualMachine } from "@azure/arm-compute";
import { BlobClient } from "@azure/storage-blob";
import { NIC_RESERVATION } from "../../../../rehearsal/arm/network/network-interfaces";
import { AllocationFailed } from "../../../../rehearsal/arm/compute/errors";
import { FakeGuest, GROUP, LOCATION, refusal, result, untilKilled, type Fixture } from "./fixture";

/** Virtual machines and managed run commands. */
export function describeVirtualMachines(simulator: () => Fixture): void {
  let azure: Fixture;
  let subnetId: string;
  let snapshotId: string;
  const PASSWORD = "Never-Shown-1234";

  beforeAll(async () => {
    azure = simulator();
    const vnet = await azure.network.virtualNetworks.beginCreateOrUpdateAndWait(GROUP, "vnet", {
      location: LOCATION,
      addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
      subnets: [{ name: "default", addressPrefix: "10.1.0.0/24" }],
    });
    subnetId = vnet.subnets![0]!.id!;
    const snapshot = await azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "snapshot", {
      location: LOCATION,
      creationData: { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId },
    });
    snapshotId = snapshot.id!;
  });

  async function nic(name: string): Promise<string> {
    const made = await azure.network.networkInterfaces.beginCreateOrUpdateAndWait(GROUP, name, {
      location: LOCATION,
      ipConfigurations: [{ name: "ip", subnet: { id: subnetId } }],
    });
    return made.id!;
  }

  async function copy(name: string, properties: object = {}): Promise<string> {
    const made = await azure.compute.disks.beginCreateOrUpdateAndWait(GROUP, name, {
      location: LOCATION,
      hyperVGeneration: "V2",
      creationData: { createOption: "Copy", sourceResourceId: snapshotId },
      ...properties,
    });
    return made.id!;
  }

  /** The body of a repair VM; a test changes what it is about. */
  function repairVm(nicId: string, differing: Partial<VirtualMachine> = {}): VirtualMachine {
    return {
      location: LOCATION,
      hardwareProfile: { vmSize: "Standard_D2s_v5" },
      osProfile: { computerName: "repair", adminUsername: "repairer", adminPassword: PASSWORD },
      networkProfile: { networkInterfaces: [{ id: nicId }] },
      ...differing,
      storageProfile: {
        imageReference: {
          publisher: "MicrosoftWindowsServer",
          offer: "WindowsServer",
          sku: "2025-datacenter-g2",
          version: "latest",
        },
        osDisk: { createOption: "FromImage" },
        ...differing.storageProfile,
      },
    };
  }

  async function createVm(name: string, differing: Partial<VirtualMachine> = {}): Promise<VirtualMachine> {
    return azure.compute.virtualMachines.beginCreateOrUpdateAndWait(
      GROUP,
      name,
      repairVm(await nic(`${name}-nic`), differing),
    );
  }

  function attach(id: string, lun = 0) {
    return { lun, createOption: "Attach", managedDisk: { id } };
  }

  async function powerOf(name: string): Promise<string | undefined> {
    const view = await azure.compute.virtualMachines.instanceView(GROUP, name);
    return view.statuses?.find(({ code }) => code?.startsWith("PowerState/"))?.code;
  }

  describe("a virtual machine", () => {
    it("brings its own OS disk, takes the copy, and leaves both behind when it goes", async () => {
      const copyId = await copy("life-copy");
      const vm = await createVm("life", { storageProfile: { dataDisks: [attach(copyId)] } });
      const osDisk = vm.storageProfile!.osDisk!;
      expect(osDisk).toMatchObject({
        osType: "Windows",
        name: expect.stringMatching(/^life_OsDisk_1_[0-9a-f]{32}$/),
        createOption: "FromImage",
        caching: "ReadWrite",
        deleteOption: "Detach",
        diskSizeGB: 127,
        managedDisk: { storageAccountType: "Premium_LRS" },
      });
      expect(vm.storageProfile!.imageReference).toMatchObject({ version: "latest", exactVersion: "26100.6899.251011" });
      expect(vm.storageProfile!.dataDisks).toEqual([
        {
          lun: 0,
          name: "life-copy",
          createOption: "Attach",
          caching: "None",
          deleteOption: "Detach",
          toBeDetached: false,
          diskSizeGB: 1,
          managedDisk: { id: copyId, storageAccountType: "Standard_LRS" },
        },
      ]);
      expect(vm.osProfile?.adminPassword).toBeUndefined();
      expect(vm.instanceView).toBeUndefined();
      expect(vm.vmId).toMatch(/^[0-9a-f-]{36}$/);

      const own = await azure.compute.disks.get(GROUP, osDisk.name!);
      expect(own).toMatchObject({
        managedBy: vm.id,
        diskState: "Attached",
        hyperVGeneration: "V2",
        creationData: { createOption: "FromImage" },
      });
      expect(await azure.compute.disks.get(GROUP, "life-copy")).toMatchObject({
        managedBy: vm.id,
        diskState: "Attached",
      });
      expect((await azure.network.networkInterfaces.get(GROUP, "life-nic")).virtualMachine?.id).toBe(vm.id);
      expect(await refusal(azure.network.networkInterfaces.beginDeleteAndWait(GROUP, "life-nic"))).toMatchObject({
        status: 400,
        code: "NicInUse",
      });
      expect(await refusal(azure.compute.disks.beginDeleteAndWait(GROUP, "life-copy"))).toEqual({
        status: 409,
        code: "OperationNotAllowed",
        message: `Disk life-copy is attached to VM ${vm.id}.`,
      });

      await azure.compute.virtualMachines.beginDeleteAndWait(GROUP, "life");
      expect(await azure.compute.disks.get(GROUP, osDisk.name!)).toMatchObject({ diskState: "Unattached" });
      expect((await azure.compute.disks.get(GROUP, "life-copy")).managedBy).toBeUndefined();
      await azure.network.networkInterfaces.beginDeleteAndWait(GROUP, "life-nic");
    });

    it("takes with it what has deleteOption Delete", async () => {
      const nicId = await nic("gone-nic");
      const vm = await azure.compute.virtualMachines.beginCreateOrUpdateAndWait(
        GROUP,
        "gone",
        repairVm(nicId, {
          networkProfile: { networkInterfaces: [{ id: nicId, deleteOption: "Delete" }] },
          storageProfile: {
            osDisk: { createOption: "FromImage", name: "gone-os", deleteOption: "Delete" },
            dataDisks: [
              { ...attach(await copy("gone-copy")), deleteOption: "Delete" },
              { lun: 1, createOption: "Empty", diskSizeGB: 8, name: "stays" },
            ],
          },
        }),
      );
      expect(vm.storageProfile!.osDisk!.name).toBe("gone-os");
      await azure.compute.virtualMachines.beginDeleteAndWait(GROUP, "gone");
      const left = [];
      for await (const disk of azure.compute.disks.listByResourceGroup(GROUP)) left.push(disk.name);
      expect(left).toContain("stays");
      expect(left).not.toContain("gone-os");
      expect(left).not.toContain("gone-copy");
      expect(await refusal(azure.network.networkInterfaces.get(GROUP, "gone-nic"))).toMatchObject({ status: 404 });
    });

    it("shows the identities it has, removes one by null, and refuses one that is not there", async () => {
      const path = `/subscriptions/${azure.simulator.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;
      const identity = await azure.resources.resources.beginCreateOrUpdateByIdAndWait(
        `${path}/uploader`,
        "2023-01-31",
        {
          location: LOCATION,
        },
      );
      const id = `${path}/uploader`;
      const vm = await createVm("identified", {
        identity: { type: "UserAssigned", userAssignedIdentities: { [id]: {} } },
      });
      expect(vm.identity?.userAssignedIdentities?.[id]).toEqual({
        principalId: identity.properties!.principalId,
        clientId: identity.properties!.clientId,
      });
      const both = await azure.compute.virtualMachines.beginUpdateAndWait(GROUP, "identified", {
        identity: { type: "SystemAssigned, UserAssigned" },
      });
      expect(both.identity).toMatchObject({ principalId: expect.any(String), userAssignedIdentities: { [id]: {} } });
      const removed = await azure.compute.virtualMachines.beginUpdateAndWait(GROUP, "identified", {
        identity: { type: "SystemAssigned", userAssignedIdentities: { [id]: null as any } },
      });
      expect(removed.identity).toEqual({
        type: "SystemAssigned",
        principalId: both.identity!.principalId,
        tenantId: azure.simulator.tenantId,
      });
      expect(
        await refusal(
          createVm("nobody", {
            identity: { type: "UserAssigned", userAssignedIdentities: { [`${path}/missing`]: {} } },
          }),
        ),
      ).toMatchObject({
        status: 400,
        code: "FailedIdentityOperation",
      });
    });

    it.each<[string, Partial<VirtualMachine>, object]>([
      [
        "a size of none",
        { hardwareProfile: { vmSize: "Standard_Z99" } },
        {
          status: 400,
          code: "InvalidParameter",
          message: expect.stringContaining("The value Standard_Z99 provided for the VM size is not valid"),
        },
      ],
      [
        "an image of none",
        {
          storageProfile: {
            imageReference: {
              publisher: "MicrosoftWindowsServer",
              offer: "WindowsServer",
              sku: "2003-datacenter",
              version: "latest",
            },
          },
        },
        { status: 404, code: "PlatformImageNotFound" },
      ],
      [
        "a long computer name",
        { osProfile: { computerName: "sixteen-letters-", adminUsername: "a1b2", adminPassword: PASSWORD } },
        {
          status: 400,
          code: "InvalidParameter",
          message: expect.stringContaining("Windows computer name cannot be more than 15 characters long"),
        },
      ],
      [
        "a weak password",
        { osProfile: { computerName: "c", adminUsername: "a1b2", adminPassword: "weakweak" } },
        { status: 400, code: "InvalidParameter" },
      ],
      [
        "a forbidden user",
        { osProfile: { computerName: "c", adminUsername: "Administrator", adminPassword: PASSWORD } },
        { status: 400, code: "InvalidParameter", message: "The Admin Username specified is not allowed." },
      ],
      [
        "an image of the other generation",
        { hardwareProfile: { vmSize: "Standard_D2_v2" } },
        { status: 400, code: "BadRequest", message: expect.stringContaining("cannot boot Hypervisor Generation '2'") },
      ],
      [
        "Trusted Launch on Generation 1",
        {
          securityProfile: { securityType: "TrustedLaunch" },
          storageProfile: {
            imageReference: {
              publisher: "MicrosoftWindowsServer",
              offer: "WindowsServer",
              sku: "2022-datacenter",
              version: "latest",
            },
          },
        },
        { status: 400, code: "BadRequest" },
      ],
      [
        "a disk that is not there",
        {
          storageProfile: {
            dataDisks: [attach("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/none")],
          },
        },
        { status: 404, code: "NotFound", message: "Disk none is not found." },
      ],
      [
        "one LUN twice",
        {
          storageProfile: {
            dataDisks: [
              { lun: 1, createOption: "Empty", diskSizeGB: 4 },
              { lun: 1, createOption: "Empty", diskSizeGB: 4 },
            ],
          },
        },
        { status: 400, code: "InvalidParameter" },
      ],
      [
        "more disks than its size takes",
        {
          storageProfile: { dataDisks: [0, 1, 2, 3, 4].map((lun) => ({ lun, createOption: "Empty", diskSizeGB: 4 })) },
        },
        {
          status: 409,
          code: "OperationNotAllowed",
          message: "The maximum number of data disks allowed to be attached to a VM of this size is 4.",
        },
      ],
      [
        "a disk in another zone",
        { storageProfile: { dataDisks: [attach("ZONAL")] } },
        { status: 400, code: "BadRequest" },
      ],
      [
        "another's network interface",
        { networkProfile: { networkInterfaces: [{ id: "SOURCE" }] } },
        { status: 400, code: "NicInUse" },
      ],
      [
        "no network interface",
        { networkProfile: { networkInterfaces: [] } },
        { status: 400, code: "InvalidParameter" },
      ],
    ])("is refused with %s, and nothing is left of it", async (name, differing, expected) => {
      const vmName = `refused-${name.replaceAll(/[^a-z]/g, "")}`;
      const zonal = name.includes("zone") ? await copy("zonal", { zones: ["2"] }) : "";
      const source = name.includes("another's")
        ? (await azure.compute.virtualMachines.get("production", "web-01")).networkProfile!.networkInterfaces![0]!.id!
        : "";
      const body = JSON.parse(JSON.stringify(differing).replaceAll("ZONAL", zonal).replaceAll("SOURCE", source));
      expect(await refusal(createVm(vmName, body))).toMatchObject(expected);
      expect(await refusal(azure.compute.virtualMachines.get(GROUP, vmName))).toMatchObject({
        status: 404,
        code: "ResourceNotFound",
      });
    });

    it("starts, stops, is deallocated and restarts; its disks follow", async () => {
      const vm = await createVm("power");
      expect(await powerOf("power")).toBe("PowerState/running");
      await azure.compute.virtualMachines.beginPowerOffAndWait(GROUP, "power");
      expect(await powerOf("power")).toBe("PowerState/stopped");
      expect(await refusal(azure.compute.virtualMachines.beginRestartAndWait(GROUP, "power"))).toMatchObject({
        status: 409,
        code: "OperationNotAllowed",
      });
      await azure.compute.virtualMachines.beginDeallocateAndWait(GROUP, "power");
      expect(await powerOf("power")).toBe("PowerState/deallocated");
      const disk = vm.storageProfile!.osDisk!.name!;
      expect((await azure.compute.disks.get(GROUP, disk)).diskState).toBe("Reserved");

      await azure.compute.disks.beginGrantAccessAndWait(GROUP, disk, { access: "Read", durationInSeconds: 60 });
      expect(await refusal(azure.compute.virtualMachines.beginStartAndWait(GROUP, "power"))).toMatchObject({
        status: 409,
        message: expect.stringContaining(`There is an active shared access signature outstanding for disk ${disk}`),
      });
      await azure.compute.disks.beginRevokeAccessAndWait(GROUP, disk);
      await azure.compute.virtualMachines.beginStartAndWait(GROUP, "power");
      await azure.compute.virtualMachines.beginRestartAndWait(GROUP, "power");
      expect(await powerOf("power")).toBe("PowerState/running");
      const expanded = await azure.compute.virtualMachines.get(GROUP, "power", { expand: "instanceView" });
      expect(expanded.instanceView?.vmAgent?.statuses?.[0]?.displayStatus).toBe("Ready");
    });

    it("whose creation fails stays, keeps its interface for a while, and is finished by another PUT", async () => {
      azure.simulator.failNextVm(new AllocationFailed());
      const nicId = await nic("failed-nic");
      const create = () => azure.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, "failed", repairVm(nicId));
      await expect(create()).rejects.toThrow(/Allocation failed/);
      const failed = await azure.compute.virtualMachines.get(GROUP, "failed");
      expect(failed.provisioningState).toBe("Failed");
      // That it is reserved for 180 s is told by the network's own tests; here these are 180 ms.
      expect(azure.simulator.core.azure.store.get(nicId)?.hidden.get(NIC_RESERVATION)).toMatchObject({
        vmId: failed.id,
      });
      expect(await refusal(azure.network.networkInterfaces.beginDeleteAndWait(GROUP, "failed-nic"))).toMatchObject({
        code: "NicInUse",
      });
      expect(await create()).toMatchObject({ provisioningState: "Succeeded" });
      expect(await powerOf("failed")).toBe("PowerState/running");
    });

    it("shows its boot diagnostics where they are on", async () => {
      await createVm("diagnosed", { diagnosticsProfile: { bootDiagnostics: { enabled: true } } });
      const data = await azure.compute.virtualMachines.retrieveBootDiagnosticsData(GROUP, "diagnosed");
      const log = new BlobClient(data.serialConsoleLogBlobUri!);
      expect((await log.downloadToBuffer()).toString()).toContain("SAC>");
      expect((await new BlobClient(data.consoleScreenshotBlobUri!).downloadToBuffer()).subarray(0, 2).toString()).toBe(
        "BM",
      );
      await createVm("undiagnosed");
      expect(
        await refusal(azure.compute.virtualMachines.retrieveBootDiagnosticsData(GROUP, "undiagnosed")),
      ).toMatchObject({
        status: 409,
      });
    });

    it("runs a script by the one-shot action, one at a time", async () => {
      await createVm("oneshot");
      let finish = (): void => undefined;
      let begun = (): void => undefined;
      const running = new Promise<void>((resolve) => (begun = resolve));
      azure.guest.answer = (_machine, run) =>
        new Promise((resolve) => {
          finish = () => resolve(result({ output: `ran ${run.script}`, error: "warned" }));
          begun();
        });
      const invoke = () =>
        azure.compute.virtualMachines.beginRunCommandAndWait(GROUP, "oneshot", {
          commandId: "RunPowerShellScript",
          script: ["line 1", "line 2"],
        });
      const first = invoke();
      await running;
      expect(await refusal(invoke())).toMatchObject({ status: 409, code: "Conflict" });
      finish();
      expect((await first).value).toMatchObject([
        { code: "ComponentStatus/StdOut/succeeded", message: "ran line 1\nline 2" },
        { code: "ComponentStatus/StdErr/succeeded", message: "warned" },
      ]);
    });

    it("that is broken runs, and its agent does not report", async () => {
      const { instanceView } = await azure.compute.virtualMachines.get("production", "web-01", {
        expand: "instanceView",
      });
      expect(instanceView?.statuses?.map(({ code }) => code)).toContain("PowerState/running");
      expect(instanceView?.vmAgent?.statuses?.[0]).toMatchObject({ displayStatus: "Not Ready" });
    });
  });

  describe("data disks", () => {
    it("are the whole array in a PUT, and merged by LUN in a PATCH", async () => {
      const [first, second] = [await copy("merge-1"), await copy("merge-2")];
      const vm = await createVm("merge", { storageProfile: { dataDisks: [attach(first, 0)] } });
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
      const [first, second] = [await copy("lun-1"), await copy("lun-2")];
      const vm = await createVm("lun", { storageProfile: { dataDisks: [attach(first)] } });
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
      const shared = await copy("owned");
      const owner = await createVm("owner", { storageProfile: { dataDisks: [attach(shared)] } });
      const refused = await refusal(createVm("thief", { storageProfile: { dataDisks: [attach(shared)] } }));
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
      const vm = await createVm(vmName);
      const put = azure.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, vmName, change(vm));
      expect(await refusal(put)).toEqual({
        status: 409,
        code: "PropertyChangeNotAllowed",
        message: `Changing property '${property}' is not allowed.`,
      });
    });

    it("of the OS disk works while deallocated, and not to another generation", async () => {
      const vm = await createVm("swap");
      const [same, other] = [await copy("swap-v2"), await copy("swap-v1", { hyperVGeneration: "V1" })];
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

  describe("a managed run command", () => {
    const run = (vmName: string, name: string, properties: object = {}) =>
      azure.compute.virtualMachineRunCommands.beginCreateOrUpdateAndWait(GROUP, vmName, name, {
        location: LOCATION,
        source: { script: "Write-Output hello" },
        ...properties,
      });
    const view = async (vmName: string, name: string) => {
      const command = await azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, vmName, name, {
        expand: "instanceView",
      });
      return command.instanceView;
    };
    let guest: FakeGuest;

    beforeAll(async () => {
      guest = azure.guest;
      await createVm("runner", {
        storageProfile: {
          dataDisks: [attach(await copy("runner-copy"), 3), { lun: 4, createOption: "Empty", diskSizeGB: 4 }],
        },
      });
    });

    beforeEach(() => {
      guest.runs.length = 0;
      guest.answer = () => Promise.resolve(result({}));
    });

    it("runs with its parameters in a machine that sees the attached disks, and tells the result when asked", async () => {
      guest.answer = async (machine) => {
        const marker = await machine.disks.find(({ lun }) => lun === 3)!.bytes!.read(1024 * 1024, 25);
        return result({ output: Buffer.from(marker).toString() });
      };
      const command = await run("runner", "sees", {
        parameters: [{ name: "Lun", value: "3" }],
        protectedParameters: [{ name: "Key", value: "top secret" }],
      });
      expect(command).toMatchObject({ provisioningState: "Succeeded", timeoutInSeconds: 0, asyncExecution: false });
      expect(command.instanceView).toBeUndefined();
      const [{ machine, run: sent }] = guest.runs as [(typeof guest.runs)[0]];
      expect(sent).toMatchObject({
        script: "Write-Output hello",
        parameters: [
          { name: "Lun", value: "3" },
          { name: "Key", value: "top secret" },
        ],
        timeoutSeconds: 5400,
      });
      expect(machine).toMatchObject({
        vmName: "runner",
        bootedFromLun: null,
        busType: "SAS",
        caFile: azure.simulator.caFile,
      });
      expect(machine.disks.map(({ lun, bytes }) => [lun, bytes === null])).toEqual([
        [null, true],
        [3, false],
        [4, true],
      ]);
      expect(await view("runner", "sees")).toMatchObject({
        executionState: "Succeeded",
        exitCode: 0,
        output: "marker of the broken disk",
      });
      expect(
        JSON.stringify(
          await azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, "runner", "sees", {
            expand: "instanceView",
          }),
        ),
      ).not.toContain("top secret");
    });

    it("does not run again for an identical PUT, and does for a changed one", async () => {
      await run("runner", "once");
      await run("runner", "once", { tags: { only: "tags" } });
      expect(guest.runs).toHaveLength(1);
      await run("runner", "once", { parameters: [{ name: "RunId", value: "2" }] });
      await run("runner", "once", {
        parameters: [{ name: "RunId", value: "2" }],
        protectedParameters: [{ name: "a", value: "b" }],
      });
      expect(guest.runs).toHaveLength(3);
      await azure.compute.virtualMachineRunCommands.beginUpdateAndWait(GROUP, "runner", "once", {
        timeoutInSeconds: 60,
      });
      expect(guest.runs[3]?.run).toMatchObject({
        timeoutSeconds: 60,
        parameters: [{ name: "RunId" }, { name: "a", value: "b" }],
      });
    });

    it("tells the last 4,096 bytes only, and cuts no character in two", async () => {
      guest.answer = () => Promise.resolve(result({ output: `${"ä".repeat(4000)}end`, error: "e".repeat(5000) }));
      await run("runner", "long");
      const { output, error } = (await view("runner", "long"))!;
      expect(output!.endsWith("äend")).toBe(true);
      expect(output).not.toContain("\ufffd");
      expect(Buffer.byteLength(output!)).toBe(4095);
      expect(error).toHaveLength(4096);
    });

    it("that fails is deployed all the same, unless told otherwise", async () => {
      guest.answer = () => Promise.resolve(result({ exitCode: 3, error: "no such disk" }));
      expect((await run("runner", "fails")).provisioningState).toBe("Succeeded");
      expect(await view("runner", "fails")).toMatchObject({
        executionState: "Failed",
        exitCode: 3,
        error: "no such disk",
      });
      await expect(run("runner", "fails-loudly", { treatFailureAsDeploymentFailure: true })).rejects.toThrow(
        /fails-loudly/,
      );
      expect(
        await azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, "runner", "fails-loudly"),
      ).toMatchObject({ provisioningState: "Failed" });
      guest.answer = () => Promise.resolve(result({}));
      expect((await run("runner", "fails-loudly", { treatFailureAsDeploymentFailure: true })).provisioningState).toBe(
        "Succeeded",
      );
    });

    it("ends at its timeout", async () => {
      guest.answer = () => Promise.resolve(result({ exitCode: -1, timedOut: true }));
      await run("runner", "slow", { timeoutInSeconds: 1 });
      expect(await view("runner", "slow")).toMatchObject({ executionState: "TimedOut" });
    });

    it("without a script is deployed, and says so in its instance view only", async () => {
      await run("runner", "empty", { source: {} });
      expect(guest.runs).toHaveLength(0);
      expect((await view("runner", "empty"))?.executionMessage).toContain(
        "Either 'source.script' or 'source.scriptUri' has to be specified",
      );
    });

    it("that is asynchronous is deployed while it runs, and killed when it is deleted", async () => {
      let killed = false;
      guest.answer = async (_machine, sent) => {
        const ended = await untilKilled(sent);
        killed = true;
        return ended;
      };
      await run("runner", "background", { asyncExecution: true });
      expect(await view("runner", "background")).toMatchObject({ executionState: "Running" });
      expect(killed).toBe(false);
      await azure.compute.virtualMachineRunCommands.beginDeleteAndWait(GROUP, "runner", "background");
      expect(killed).toBe(true);
    });

    it("that runs is killed when it is deleted", async () => {
      let begun = (): void => undefined;
      const running = new Promise<void>((resolve) => (begun = resolve));
      guest.answer = (_machine, sent) => {
        begun();
        return untilKilled(sent);
      };
      const put = run("runner", "endless").catch((error: unknown) => error);
      await running;
      await azure.compute.virtualMachineRunCommands.beginDeleteAndWait(GROUP, "runner", "endless");
      await put;
      expect(
        await refusal(azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, "runner", "endless")),
      ).toMatchObject({ status: 404 });
    });

    it("gets a token of the VM's identity, and of no other", async () => {
      const path = `/subscriptions/${azure.simulator.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/token`;
      const { properties }: any = await azure.resources.resources.beginCreateOrUpdateByIdAndWait(path, "2023-01-31", {
        location: LOCATION,
      });
      await createVm("token", { identity: { type: "UserAssigned", userAssignedIdentities: { [path]: {} } } });
      await run("token", "any");
      const { machine } = guest.runs[0]!;
      const token = await machine.token("https://storage.azure.com/", properties.clientId);
      const claims = JSON.parse(Buffer.from(token.access_token.split(".")[1]!, "base64url").toString());
      expect(claims).toMatchObject({ oid: properties.principalId, aud: "https://storage.azure.com/" });
      await expect(machine.token("https://storage.azure.com/", "00000000-0000-0000-0000-000000000000")).rejects.toThrow(
        /no user-assigned identity/,
      );
    });

    it("needs a VM that runs and whose agent reports", async () => {
      await createVm("stopped");
      await azure.compute.virtualMachines.beginPowerOffAndWait(GROUP, "stopped");
      expect(await refusal(run("stopped", "any"))).toEqual({
        status: 409,
        code: "OperationNotAllowed",
        message: "Cannot modify extensions in the VM when the VM is not running.",
      });
      expect(await refusal(run("nowhere", "any"))).toMatchObject({ status: 404, code: "ParentResourceNotFound" });
      const onBroken = azure.compute.virtualMachineRunCommands.beginCreateOrUpdateAndWait(
        "production",
        "web-01",
        "any",
        {
          location: LOCATION,
          source: { script: "x" },
        },
      );
      await expect(onBroken).rejects.toThrow(/has not reported status for VM agent/);
    });

    it("is one of 25 at most", async () => {
      await createVm("crowded");
      await Promise.all(Array.from({ length: 25 }, (_, index) => run("crowded", `command-${index}`)));
      expect(await refusal(run("crowded", "one-too-many"))).toMatchObject({ status: 409, code: "OperationNotAllowed" });
      const names = [];
      for await (const command of azure.compute.virtualMachineRunCommands.listByVirtualMachine(GROUP, "crowded")) {
        expect(command.instanceView).toBeUndefined();
        names.push(command.name);
      }
      expect(names).toHaveLength(25);
    });
  });

  it("is chosen from lists of sizes and images", async () => {
    const sizes = [];
    for await (const size of azure.compute.virtualMachineSizes.list(LOCATION)) sizes.push(size.name);
    expect(sizes).toContain("Standard_D2s_v5");
    const skus = [];
    for await (const sku of azure.compute.resourceSkus.list({ filter: "location eq 'westus2'" })) skus.push(sku);
    const d2s = skus.find(({ name }) => name === "Standard_D2s_v6");
    expect(d2s?.capabilities).toContainEqual({ name: "HyperVGenerations", value: "V2" });
    const [publisher, offer, sku] = ["MicrosoftWindowsServer", "WindowsServer", "2025-datacenter-g2"];
    const images = azure.compute.virtualMachineImages;
    expect((await images.listSkus(LOCATION, publisher, offer)).map(({ name }) => name)).toContain(sku);
    const [version] = await images.list(LOCATION, publisher, offer, sku);
    expect(await images.get(LOCATION, publisher, offer, sku, version!.name)).toMatchObject({
      hyperVGeneration: "V2",
      osDiskImage: { operatingSystem: "Windows" },
    });
    expect(await refusal(images.get(LOCATION, publisher, offer, "1999-datacenter", "latest"))).toMatchObject({
      status: 404,
    });
  });

  it("goes with its resource group, whatever else is in it", async () => {
    await azure.resources.resourceGroups.createOrUpdate("doomed", { location: LOCATION });
    const disk = await azure.compute.disks.beginCreateOrUpdateAndWait("doomed", "copy", {
      location: LOCATION,
      creationData: { createOption: "Copy", sourceResourceId: snapshotId },
    });
    const made = await azure.network.networkInterfaces.beginCreateOrUpdateAndWait("doomed", "nic", {
      location: LOCATION,
      ipConfigurations: [{ name: "ip", subnet: { id: subnetId } }],
    });
    const vm = repairVm(made.id!, { storageProfile: { dataDisks: [attach(disk.id!)] } });
    await azure.compute.virtualMachines.beginCreateOrUpdateAndWait("doomed", "vm", vm);
    await azure.compute.virtualMachineRunCommands.beginCreateOrUpdateAndWait("doomed", "vm", "c", {
      location: LOCATION,
      source: { script: "x" },
    });
    await azure.storage.storageAccounts.beginCreateAndWait("doomed", "doomedaccount", {
      location: LOCATION,
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
    });
    await azure.storage.blobContainers.create("doomed", "doomedaccount", "dumps", {});
    await azure.resources.resourceGroups.beginDeleteAndWait("doomed");
    expect(await azure.resources.resourceGroups.checkExistence("doomed")).toMatchObject({ body: false });
    expect(
      azure.simulator.core.azure.store.all().filter(({ id }) => id.key.includes("/resourcegroups/doomed")),
    ).toEqual([]);
    expect(azure.simulator.blobPlane.keys("doomedaccount")).toBeUndefined();
    expect(
      await azure.storage.storageAccounts.checkNameAvailability({
        name: "doomedaccount",
        type: "Microsoft.Storage/storageAccounts",
      }),
    ).toMatchObject({ nameAvailable: true });
  });

  it("keeps passwords out of everything it shows and logs", async () => {
    const { readFile } = await import("node:fs/promises");
    expect((await readFile(azure.simulator.auditLog, "utf8")).includes(PASSWORD)).toBe(false);
    for await (const vm of azure.compute.virtualMachines.listAll()) {
      expect(JSON.stringify(vm)).not.toContain(PASSWORD);
    }
  });
}
