import * as pulumi from "@pulumi/pulumi";

import { RepairVm, type RepairVmArgs } from "../../components/index";
import { inputsOf, register, SUBSCRIPTION, valueOf } from "./support/mocks";

const VM = "azure-native:compute:VirtualMachine";
const NIC = "azure-native:network:NetworkInterface";
const NSG = "azure-native:network:NetworkSecurityGroup";
const VNET = "azure-native:network:VirtualNetwork";
const PIP = "azure-native:network:PublicIPAddress";
const SCHEDULE = "azure-native:devtestlab:GlobalSchedule";
const DISK_ID = `${SUBSCRIPTION}/resourceGroups/repair/providers/Microsoft.Compute/disks/copy`;
const SUBNET_ID = `${SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/repair`;

function vm(args: Partial<RepairVmArgs> = {}) {
  return register(
    () =>
      new RepairVm("web01", {
        resourceGroupName: "repair",
        location: "westeurope",
        hyperVGeneration: "V2",
        attachedDisks: [{ diskId: DISK_ID, lun: 3 }],
        ...args,
      }),
  );
}

describe("RepairVm", () => {
  const place = { resourceGroupName: "repair", location: "westeurope", tags: { "created-by": "azure-repair-kit" } };

  it("makes a Windows Server with the disk attached from the start, every field of it written out", async () => {
    const { registered } = await vm();

    const inputs = inputsOf(registered, VM);
    expect(inputs.storageProfile).toEqual({
      imageReference: {
        publisher: "MicrosoftWindowsServer",
        offer: "WindowsServer",
        sku: "2025-datacenter-smalldisk-g2",
        version: "latest",
      },
      osDisk: {
        createOption: "FromImage",
        caching: "ReadWrite",
        deleteOption: "Delete",
        managedDisk: { storageAccountType: "StandardSSD_LRS" },
      },
      dataDisks: [
        {
          lun: 3,
          name: "copy",
          createOption: "Attach",
          caching: "None",
          writeAcceleratorEnabled: false,
          deleteOption: "Detach",
          toBeDetached: false,
          managedDisk: { id: DISK_ID },
        },
      ],
    });
    expect(inputs).toMatchObject({
      ...place,
      vmName: "web01",
      hardwareProfile: { vmSize: "Standard_D2s_v5" },
      identity: { type: "UserAssigned", userAssignedIdentities: [`${SUBSCRIPTION}/web01-identity`] },
      networkProfile: {
        networkInterfaces: [{ id: `${SUBSCRIPTION}/web01-interface`, primary: true, deleteOption: "Detach" }],
      },
      diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    });
    expect(inputs).not.toHaveProperty("zones");
    expect(inputs).not.toHaveProperty("securityProfile");
  });

  it("keeps the password secret wherever it goes", async () => {
    const { result, registered } = await vm();

    expect(await pulumi.isSecret(result.rdpPassword)).toBe(true);
    const osProfile = inputsOf(registered, VM).osProfile;
    expect(osProfile["4dabf18193072939515e22adb298388d"]).toBe("1b47061264138c4ac30d75fd1eb44270");
    expect(osProfile.value).toMatchObject({ computerName: "web01", adminUsername: "repairadmin" });
  });

  it("goes to the zone and takes the security type of the disk", async () => {
    const { registered } = await vm({ zone: "2", securityType: "TrustedLaunch" });

    expect(inputsOf(registered, VM)).toMatchObject({
      zones: ["2"],
      securityProfile: {
        securityType: "TrustedLaunch",
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      },
    });
  });

  it("takes another Windows than the broken VM's image, unless told which", async () => {
    const chosen = await vm({ sourceImageSku: "2019-datacenter-gensecond" });
    const told = await vm({ imageSku: "2016-datacenter" });

    expect(inputsOf(chosen.registered, VM).storageProfile.imageReference.sku).toBe("2022-datacenter-smalldisk-g2");
    expect(inputsOf(told.registered, VM).storageProfile.imageReference.sku).toBe("2016-datacenter");
  });

  it("without RDP sources has no public address and opens no port", async () => {
    const { result, registered } = await vm();

    expect(registered.filter(({ type }) => type === PIP)).toEqual([]);
    expect(inputsOf(registered, NSG)).toEqual({ ...place, securityRules: [] });
    expect(inputsOf(registered, NIC).ipConfigurations[0]).not.toHaveProperty("publicIPAddress");
    expect(await valueOf(result.rdpAddress)).toBe("10.66.0.4");
  });

  it("with RDP sources opens port 3389 to them alone, through a public address", async () => {
    const { result, registered } = await vm({ rdpSources: ["203.0.113.7/32", pulumi.output("198.51.100.0/24")] });

    expect(inputsOf(registered, NSG).securityRules).toEqual([
      {
        name: "allow-rdp",
        priority: 100,
        direction: "Inbound",
        access: "Allow",
        protocol: "Tcp",
        sourceAddressPrefixes: ["203.0.113.7/32", "198.51.100.0/24"],
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: "3389",
      },
    ]);
    expect(inputsOf(registered, PIP)).toEqual({
      ...place,
      sku: { name: "Standard" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
    });
    expect(await valueOf(result.rdpAddress)).toBe("198.51.100.10");
  });

  it("guards a subnet of its own with the security group", async () => {
    const { registered } = await vm();

    const group = { id: `${SUBSCRIPTION}/web01-security-group` };
    expect(inputsOf(registered, VNET).subnets).toEqual([
      { name: "repair", addressPrefix: "10.66.0.0/27", networkSecurityGroup: group, defaultOutboundAccess: true },
    ]);
    expect(inputsOf(registered, NIC)).not.toHaveProperty("networkSecurityGroup");
  });

  it("leaves an existing subnet alone and guards its own interface", async () => {
    const { registered } = await vm({ subnetId: SUBNET_ID });

    expect(registered.filter(({ type }) => type === VNET)).toEqual([]);
    expect(inputsOf(registered, NIC)).toMatchObject({
      networkSecurityGroup: { id: `${SUBSCRIPTION}/web01-security-group` },
      ipConfigurations: [{ subnet: { id: SUBNET_ID } }],
    });
  });

  it("is shut down every day", async () => {
    const { registered } = await vm({ autoShutdownTime: "04:30" });

    expect(inputsOf(registered, SCHEDULE)).toEqual({
      ...place,
      name: "shutdown-computevm-web01",
      status: "Enabled",
      taskType: "ComputeVmShutdownTask",
      dailyRecurrence: { time: "0430" },
      timeZoneId: "UTC",
      notificationSettings: { status: "Disabled", timeInMinutes: 30 },
      targetResourceId: `${SUBSCRIPTION}/resourceGroups/repair/providers/Microsoft.Compute/virtualMachines/web01`,
    });
  });

  it("is never shut down when told off", async () => {
    const { registered } = await vm({ autoShutdownTime: "off" });

    expect(registered.filter(({ type }) => type === SCHEDULE)).toEqual([]);
  });

  it.each<[string, Partial<RepairVmArgs>]>([
    ["rdpSources", { rdpSources: ["203.0.113.7/32", "0.0.0.0/0"] }],
    ["subnetId", { subnetId: "hub/repair" }],
    ["vmName", { vmName: "a-name-of-more-than-fifteen" }],
    ["autoShutdownTime", { autoShutdownTime: "midnight" }],
  ])("fails at once when %s is wrong", (argument, args) => {
    const make = () => new RepairVm("web01", { resourceGroupName: "repair", location: "westeurope", ...args });

    expect(make).toThrow(new RegExp(`^${argument} must .* got "`));
  });
});
