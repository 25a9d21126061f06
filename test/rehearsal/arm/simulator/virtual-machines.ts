import type { VirtualMachine } from "@azure/arm-compute";
import { BlobClient } from "@azure/storage-blob";
import { AllocationFailed } from "../../../../rehearsal/arm/compute/errors";
import { NIC_RESERVATION } from "../../../../rehearsal/arm/network/network-interfaces";
import { GROUP, LOCATION, refusal, result, type Fixture } from "./fixture";
import { attach, PASSWORD, repairVm, RepairVms } from "./repair-vms";

/** Virtual machines: their life, what is refused, and what shows of them. */
export function describeVirtualMachines(simulator: () => Fixture): void {
  let azure: Fixture;
  let vms: RepairVms;

  beforeAll(async () => {
    azure = simulator();
    vms = await RepairVms.start(azure);
  });

  beforeEach(() => {
    azure.guest.answer = () => Promise.resolve(result({}));
  });

  async function powerOf(name: string): Promise<string | undefined> {
    const view = await azure.compute.virtualMachines.instanceView(GROUP, name);
    return view.statuses?.find(({ code }) => code?.startsWith("PowerState/"))?.code;
  }

  describe("a virtual machine", () => {
    it("brings its own OS disk, takes the copy, and leaves both behind when it goes", async () => {
      const copyId = await vms.copy("life-copy");
      const vm = await vms.create("life", { storageProfile: { dataDisks: [attach(copyId)] } });
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
      const nicId = await vms.nic("gone-nic");
      const vm = await azure.compute.virtualMachines.beginCreateOrUpdateAndWait(
        GROUP,
        "gone",
        repairVm(nicId, {
          networkProfile: { networkInterfaces: [{ id: nicId, deleteOption: "Delete" }] },
          storageProfile: {
            osDisk: { createOption: "FromImage", name: "gone-os", deleteOption: "Delete" },
            dataDisks: [
              { ...attach(await vms.copy("gone-copy")), deleteOption: "Delete" },
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
      const vm = await vms.create("identified", {
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
          vms.create("nobody", {
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
      const zonal = name.includes("zone") ? await vms.copy("zonal", { zones: ["2"] }) : "";
      const source = name.includes("another's")
        ? (await azure.compute.virtualMachines.get("production", "web-01")).networkProfile!.networkInterfaces![0]!.id!
        : "";
      const body = JSON.parse(JSON.stringify(differing).replaceAll("ZONAL", zonal).replaceAll("SOURCE", source));
      expect(await refusal(vms.create(vmName, body))).toMatchObject(expected);
      expect(await refusal(azure.compute.virtualMachines.get(GROUP, vmName))).toMatchObject({
        status: 404,
        code: "ResourceNotFound",
      });
    });

    it("starts, stops, is deallocated and restarts; its disks follow", async () => {
      const vm = await vms.create("power");
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
      const nicId = await vms.nic("failed-nic");
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
      await vms.create("diagnosed", { diagnosticsProfile: { bootDiagnostics: { enabled: true } } });
      const data = await azure.compute.virtualMachines.retrieveBootDiagnosticsData(GROUP, "diagnosed");
      const log = new BlobClient(data.serialConsoleLogBlobUri!);
      expect((await log.downloadToBuffer()).toString()).toContain("SAC>");
      expect((await new BlobClient(data.consoleScreenshotBlobUri!).downloadToBuffer()).subarray(0, 2).toString()).toBe(
        "BM",
      );
      await vms.create("undiagnosed");
      expect(
        await refusal(azure.compute.virtualMachines.retrieveBootDiagnosticsData(GROUP, "undiagnosed")),
      ).toMatchObject({
        status: 409,
      });
    });

    it("runs a script by the one-shot action, one at a time", async () => {
      await vms.create("oneshot");
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
      creationData: { createOption: "Copy", sourceResourceId: vms.snapshotId },
    });
    const made = await azure.network.networkInterfaces.beginCreateOrUpdateAndWait("doomed", "nic", {
      location: LOCATION,
      ipConfigurations: [{ name: "ip", subnet: { id: vms.subnetId } }],
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
