import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";

import { DEFAULT_VM_SIZE } from "../../preflight/plan";
import { nameFromId } from "../../preflight/resource-id";
import type { RepairVmArgs } from "../repair-vm";
import { repairImageSku } from "./image";
import type { Place } from "./place";

/** Properties that Azure sets once; azure-native would try to update them, and Azure would refuse. */
const SET_ONCE = [
  "location",
  "osProfile.adminPassword",
  "osProfile.adminUsername",
  "osProfile.computerName",
  "securityProfile.securityType",
  // The disk at an occupied LUN cannot be exchanged: "Changing property 'dataDisk.managedDisk.id' is not allowed".
  "storageProfile.dataDisks[*].managedDisk.id",
  "storageProfile.imageReference",
  "storageProfile.osDisk.managedDisk",
  "zones",
];

/** Properties that Azure adds and drops again as the VM starts and stops. */
const SHOWN_WHILE_RUNNING = [
  "storageProfile.dataDisks[*].diskSizeGB",
  "storageProfile.dataDisks[*].managedDisk.storageAccountType",
];

/** What a repair VM is made of, besides what the user chose. */
export interface MachineParts {
  readonly name: pulumi.Input<string>;
  readonly networkInterfaceId: pulumi.Input<string>;
  readonly identityId: pulumi.Input<string>;
  readonly adminUsername: string;
  /** A secret. */
  readonly adminPassword: pulumi.Input<string>;
}

/** The repair VM itself: a Windows Server that deletes its OS disk with it, and never the disks it works on. */
export function repairMachine(
  name: string,
  place: Place,
  args: RepairVmArgs,
  parts: MachineParts,
  parent: pulumi.Resource,
): compute.VirtualMachine {
  return new compute.VirtualMachine(
    name,
    {
      ...place,
      tags: pulumi.all([place.tags, args.vmTags]).apply(([common, own]) => ({ ...own, ...common })),
      vmName: parts.name,
      zones: pulumi.output(args.zone).apply((zone) => (zone ? [zone] : undefined)),
      hardwareProfile: { vmSize: args.vmSize ?? DEFAULT_VM_SIZE },
      identity: { type: "UserAssigned", userAssignedIdentities: [parts.identityId] },
      networkProfile: {
        networkInterfaces: [{ id: parts.networkInterfaceId, primary: true, deleteOption: "Detach" }],
      },
      osProfile: osProfile(parts),
      securityProfile: pulumi.output(args.securityType).apply(securityProfile),
      storageProfile: storageProfile(args),
      diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    },
    {
      parent,
      replaceOnChanges: SET_ONCE,
      ignoreChanges: SHOWN_WHILE_RUNNING,
      // The network interface and the attached disks serve one VM at a time.
      deleteBeforeReplace: true,
    },
  );
}

function osProfile({ name, adminUsername, adminPassword }: MachineParts) {
  return {
    computerName: name,
    adminUsername,
    adminPassword,
    windowsConfiguration: {
      provisionVMAgent: true,
      // An update that restarts the VM in the middle of a repair helps nobody.
      enableAutomaticUpdates: false,
      patchSettings: { patchMode: "Manual", assessmentMode: "ImageDefault" },
      timeZone: "UTC",
    },
  };
}

function securityProfile(securityType: string | undefined) {
  return securityType === "TrustedLaunch"
    ? { securityType, uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } }
    : undefined;
}

function storageProfile(args: RepairVmArgs) {
  const chosenSku = pulumi
    .all([args.hyperVGeneration, args.sourceImageSku])
    .apply(([generation, sourceSku]) => repairImageSku(generation, sourceSku));
  return {
    imageReference: {
      publisher: "MicrosoftWindowsServer",
      offer: "WindowsServer",
      sku: args.imageSku ?? chosenSku,
      version: "latest",
    },
    osDisk: {
      createOption: "FromImage",
      caching: compute.CachingTypes.ReadWrite,
      deleteOption: "Delete",
      managedDisk: { storageAccountType: "StandardSSD_LRS" },
    },
    // Every field, because Azure fills in the missing ones and the next `up` would find a difference after a refresh.
    dataDisks: (args.attachedDisks ?? []).map(({ diskId, lun }) => ({
      lun,
      name: pulumi.output(diskId).apply(nameFromId),
      createOption: "Attach",
      caching: compute.CachingTypes.None,
      writeAcceleratorEnabled: false,
      // The disk is a resource of its own: with "Delete" two owners would delete it.
      deleteOption: "Detach",
      toBeDetached: false,
      managedDisk: { id: diskId },
    })),
  };
}
