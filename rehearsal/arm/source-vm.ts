import { randomUUID } from "node:crypto";
import type { Azure } from "./azure";
import type { BlobPlane, DiskBlob } from "./blob";
import { setBlob } from "./compute/disk-content";
import { withDiskDefaults } from "./compute/disk-defaults";
import { skuOf } from "./compute/disk-skus";
import { setPower } from "./compute/ownership";
import { setBootFails } from "./compute/vm-instance-view";
import type { SourceFacts } from "./index";
import type { JsonObject } from "./json";
import { childId, providerId, resourceGroupScope, type ResourceId } from "./resource-id";
import type { SourceDisk } from "./source-disk";

/** The broken VM as it stands in the simulated Azure. */
export interface SourceVm {
  readonly vmId: string;
  readonly diskId: string;
  readonly blob: DiskBlob;
}

/** What a broken VM is where nobody says otherwise. */
const DEFAULTS: SourceFacts = {
  resourceGroup: "production",
  vmName: "web-01",
  location: "westus2",
  zone: null,
  osType: "Windows",
  managed: true,
  securityType: "Standard",
  purchasePlan: null,
  diskSku: "Premium_LRS",
  imageSku: "2022-datacenter-g2",
  diskEncryption: null,
  diskEncryptionSet: null,
  encryptionAtHost: false,
  ephemeral: false,
  networkAccessPolicy: "AllowAll",
  diskAccess: null,
  entraExport: false,
};

const CREATED = "2025-03-11T08:15:30.0000000+00:00";

/** Puts the broken VM and everything around it in place: resource group, network, OS disk from the VHD file, VM that runs and does not come up. */
export async function insertSourceVm(
  azure: Azure,
  plane: BlobPlane,
  disk: SourceDisk & { readonly file: string },
  differing: Partial<SourceFacts>,
): Promise<SourceVm> {
  const facts = {
    ...DEFAULTS,
    imageSku: disk.generation === "V2" ? DEFAULTS.imageSku : "2022-datacenter",
    ...differing,
  };
  const group = resourceGroupScope(azure.subscriptionId, facts.resourceGroup);
  azure.insert(group, { location: facts.location, tags: { environment: "production" }, properties: {} });
  const nic = insertNetwork(azure, group, facts);
  const blob = await plane.disks.fromFile(disk.file);
  const diskName = `${facts.vmName}_OsDisk_1_${randomUUID().replaceAll("-", "")}`;
  const diskId = providerId(group, "Microsoft.Compute", "disks", diskName);
  if (facts.managed) {
    insertNamed(azure, group, facts);
    setBlob(azure.insert(diskId, diskBody(azure, group, facts, disk)), blob);
  }
  const vmId = providerId(group, "Microsoft.Compute", "virtualMachines", facts.vmName);
  const vm = azure.insert(vmId, vmBody(facts, disk, diskId, nic));
  setPower(vm, "running");
  setBootFails(vm);
  return { vmId: vmId.text, diskId: diskId.text, blob };
}

/** What the disk names and is beside it. */
function insertNamed(azure: Azure, group: ResourceId, { location, diskEncryptionSet, diskAccess }: SourceFacts): void {
  if (diskEncryptionSet !== null) {
    azure.insert(computeId(group, "diskEncryptionSets", diskEncryptionSet), { location, properties: {} });
  }
  if (diskAccess !== null) {
    azure.insert(computeId(group, "diskAccesses", diskAccess), { location, properties: {} });
  }
}

function computeId(group: ResourceId, type: string, name: string): ResourceId {
  return providerId(group, "Microsoft.Compute", type, name);
}

function insertNetwork(azure: Azure, group: ResourceId, { location, vmName }: SourceFacts): ResourceId {
  const network = (type: string, name: string): ResourceId => providerId(group, "Microsoft.Network", type, name);
  const nsg = network("networkSecurityGroups", `${vmName}-nsg`);
  azure.insert(nsg, { location, properties: { resourceGuid: randomUUID(), securityRules: [] } });
  const vnet = network("virtualNetworks", "production-vnet");
  azure.insert(vnet, {
    location,
    properties: {
      resourceGuid: randomUUID(),
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      virtualNetworkPeerings: [],
      enableDdosProtection: false,
    },
  });
  const subnet = childId(vnet, "subnets", "default");
  azure.insert(subnet, {
    properties: {
      addressPrefix: "10.0.0.0/24",
      networkSecurityGroup: { id: nsg.text },
      delegations: [],
      privateEndpointNetworkPolicies: "Disabled",
      privateLinkServiceNetworkPolicies: "Enabled",
    },
  });
  const nic = network("networkInterfaces", `${vmName}-nic`);
  azure.insert(nic, {
    location,
    properties: {
      resourceGuid: randomUUID(),
      ipConfigurations: [
        {
          name: "ipconfig1",
          properties: {
            privateIPAddress: "10.0.0.4",
            privateIPAllocationMethod: "Dynamic",
            subnet: { id: subnet.text },
            primary: true,
            privateIPAddressVersion: "IPv4",
          },
        },
      ],
      macAddress: "00-0D-3A-6B-12-34",
      primary: true,
      enableAcceleratedNetworking: false,
      enableIPForwarding: false,
    },
  });
  return nic;
}

function diskBody(azure: Azure, group: ResourceId, facts: SourceFacts, disk: SourceDisk): JsonObject {
  const { publisher, offer, sku, exactVersion } = imageOf(facts);
  const image = `/Subscriptions/${azure.subscriptionId}/Providers/Microsoft.Compute/Locations/${facts.location}/Publishers/${publisher}/ArtifactTypes/VMImage/Offers/${offer}/Skus/${sku}/Versions/${exactVersion}`;
  const body: JsonObject = {
    location: facts.location,
    ...(facts.zone !== null && { zones: [facts.zone] }),
    sku: skuOf({}, facts.diskSku),
    properties: {
      osType: facts.osType,
      hyperVGeneration: disk.generation,
      supportedCapabilities: { diskControllerTypes: "SCSI, NVMe", acceleratedNetwork: true, architecture: "x64" },
      creationData: { createOption: "FromImage", imageReference: { id: image } },
      ...(facts.purchasePlan && { purchasePlan: { ...facts.purchasePlan } }),
      ...(facts.diskEncryptionSet !== null && {
        encryption: { diskEncryptionSetId: computeId(group, "diskEncryptionSets", facts.diskEncryptionSet).text },
      }),
      ...(facts.diskEncryption === "single-pass" && {
        encryptionSettingsCollection: { enabled: true, encryptionSettingsVersion: "1.1" },
      }),
      networkAccessPolicy: facts.networkAccessPolicy,
      ...(facts.networkAccessPolicy === "AllowPrivate" && {
        diskAccessId: computeId(group, "diskAccesses", facts.diskAccess ?? "gone").text,
      }),
      ...(facts.entraExport && { dataAccessAuthMode: "AzureActiveDirectory" }),
      ...(facts.securityType !== "Standard" && {
        securityProfile: {
          securityType:
            facts.securityType === "ConfidentialVM"
              ? "ConfidentialVM_DiskEncryptedWithPlatformKey"
              : facts.securityType,
        },
      }),
    },
  };
  return withDiskDefaults(body, disk.size);
}

/** The image the VM was made from, long ago. */
function imageOf({ osType, imageSku }: SourceFacts): {
  publisher: string;
  offer: string;
  sku: string;
  exactVersion: string;
} {
  if (osType === "Linux") {
    return { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server", exactVersion: "24.04.202410170" };
  }
  const builds: Readonly<Record<string, string>> = {
    "2016": "14393",
    "2019": "17763",
    "2022": "20348",
    "2025": "26100",
  };
  const exactVersion = `${builds[imageSku.slice(0, 4)] ?? "20348"}.2762.241006`;
  return { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: imageSku, exactVersion };
}

function vmBody(facts: SourceFacts, disk: SourceDisk, diskId: ResourceId, nic: ResourceId): JsonObject {
  const windows = facts.osType === "Windows";
  const sizeInGiB = Math.ceil(disk.size / 2 ** 30);
  return {
    location: facts.location,
    ...(facts.zone !== null && { zones: [facts.zone] }),
    ...(facts.purchasePlan && { plan: { ...facts.purchasePlan } }),
    tags: { environment: "production" },
    properties: {
      vmId: randomUUID(),
      timeCreated: CREATED,
      hardwareProfile: { vmSize: "Standard_D2s_v5" },
      storageProfile: {
        imageReference: { ...imageOf(facts), version: "latest" },
        osDisk: {
          osType: facts.osType,
          name: diskId.name,
          createOption: "FromImage",
          caching: "ReadWrite",
          ...(facts.managed
            ? { managedDisk: { storageAccountType: facts.diskSku, id: diskId.text } }
            : { vhd: { uri: `https://productionvhds.blob.core.windows.net/vhds/${facts.vmName}.vhd` } }),
          ...(facts.diskEncryption === "dual-pass" && { encryptionSettings: { enabled: true } }),
          ...(facts.ephemeral && { diffDiskSettings: { option: "Local", placement: "CacheDisk" } }),
          deleteOption: "Detach",
          diskSizeGB: sizeInGiB,
        },
        dataDisks: [],
        diskControllerType: "SCSI",
      },
      osProfile: {
        computerName: facts.vmName,
        adminUsername: "operator",
        ...(windows
          ? { windowsConfiguration: { provisionVMAgent: true, enableAutomaticUpdates: true } }
          : { linuxConfiguration: { disablePasswordAuthentication: true, provisionVMAgent: true } }),
        secrets: [],
        allowExtensionOperations: true,
        requireGuestProvisionSignal: true,
      },
      ...(facts.encryptionAtHost && { securityProfile: { encryptionAtHost: true } }),
      ...(facts.securityType !== "Standard" && {
        securityProfile: {
          ...(facts.encryptionAtHost && { encryptionAtHost: true }),
          securityType: facts.securityType,
          uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
        },
      }),
      networkProfile: { networkInterfaces: [{ id: nic.text, properties: { primary: true, deleteOption: "Detach" } }] },
      diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    },
  };
}
