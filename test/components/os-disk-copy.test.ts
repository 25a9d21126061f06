import * as pulumi from "@pulumi/pulumi";

import { OsDiskCopy } from "../../components/index";
import { readSourceDisk } from "../../components/internal/source-disk";
import {
  ANSWERS,
  answer,
  inputsOf,
  register,
  SOURCE_DISK_ID,
  sourceDisk,
  SUBSCRIPTION,
  valueOf,
} from "./support/mocks";

const SNAPSHOT = "azure-native:compute:Snapshot";
const DISK = "azure-native:compute:Disk";

function copyOf(disk: object) {
  return register(
    () =>
      new OsDiskCopy("web01", { sourceDiskId: SOURCE_DISK_ID, resourceGroupName: "repair", tags: { team: "support" } }),
    { ...ANSWERS, "azure-native:compute:getDisk": () => disk },
  );
}

describe("OsDiskCopy", () => {
  const tags = { team: "support", "created-by": "azure-repair-kit" };
  const common = {
    resourceGroupName: "repair",
    location: "westeurope",
    osType: "Windows",
    hyperVGeneration: "V2",
    tags,
  };

  it("takes a full snapshot of the source, and makes the disk from the snapshot", async () => {
    const { registered } = await copyOf(sourceDisk());

    expect(registered.slice(1).map(({ type, name }) => `${type} ${name}`)).toEqual([
      "azure-repair-kit:index:OsDiskCopy web01",
      `${SNAPSHOT} web01-snapshot`,
      `${DISK} web01-disk`,
    ]);
    expect(inputsOf(registered, SNAPSHOT)).toEqual({
      ...common,
      creationData: { createOption: "Copy", sourceResourceId: SOURCE_DISK_ID },
      incremental: false,
      sku: { name: "Standard_LRS" },
      networkAccessPolicy: "AllowAll",
      publicNetworkAccess: "Enabled",
    });
    expect(inputsOf(registered, DISK)).toEqual({
      ...common,
      creationData: {
        createOption: "Copy",
        sourceResourceId: `${SUBSCRIPTION}/resourceGroups/repair/providers/Microsoft.Compute/snapshots/web01-snapshot`,
      },
      sku: { name: "Premium_LRS" },
      networkAccessPolicy: "DenyAll",
      publicNetworkAccess: "Disabled",
    });
  });

  it("carries zone, security type, encryption set, purchase plan and capabilities over", async () => {
    const carried = {
      encryption: { type: "EncryptionAtRestWithCustomerKey", diskEncryptionSetId: "/des" },
      purchasePlan: { name: "plan", publisher: "them", product: "thing" },
      supportedCapabilities: { architecture: "x64", diskControllerTypes: "SCSI, NVMe", acceleratedNetwork: true },
      securityProfile: { securityType: "TrustedLaunch" },
    };

    const { registered } = await copyOf(sourceDisk({ ...carried, zones: ["2"] }));

    expect(inputsOf(registered, SNAPSHOT)).toMatchObject(carried);
    expect(inputsOf(registered, SNAPSHOT)).not.toHaveProperty("zones");
    expect(inputsOf(registered, DISK)).toMatchObject({ ...carried, zones: ["2"] });
  });

  it("lets the snapshot be exported no further than the source", async () => {
    const closed = { networkAccessPolicy: "AllowPrivate", publicNetworkAccess: "Disabled", diskAccessId: "/access" };

    const { registered } = await copyOf(sourceDisk(closed));

    expect(inputsOf(registered, SNAPSHOT)).toMatchObject(closed);
    expect(inputsOf(registered, DISK)).toMatchObject({ networkAccessPolicy: "DenyAll" });
  });

  it("tells ids, the snapshot's name and the region", async () => {
    const { result } = await copyOf(sourceDisk());

    expect(await valueOf(result.snapshotName)).toBe("web01-snapshot");
    expect(await valueOf(result.diskId)).toMatch(/disks\/web01-disk$/);
    expect(await valueOf(result.location)).toBe("westeurope");
  });

  it("tells what the preflight warns of, and copies all the same", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();

    const { registered } = await copyOf(sourceDisk({ networkAccessPolicy: "DenyAll" }));

    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/^the OS disk may not be exported \(DenyAll.* What to do: the repair VM works as ever/),
    ]);
    expect(inputsOf(registered, SNAPSHOT)).toMatchObject({ networkAccessPolicy: "DenyAll" });
    warn.mockRestore();
  });

  it("refuses what the preflight stops at, before it makes anything", async () => {
    await answer({ ...ANSWERS, "azure-native:compute:getDisk": () => sourceDisk({ sku: { name: "UltraSSD_LRS" } }) });

    await expect(
      readSourceDisk("sourceDiskId", SOURCE_DISK_ID, new pulumi.ComponentResource("test:index:Owner", "owner")),
    ).rejects.toThrow(
      /^sourceDiskId must not lead to an ultra disk .* got "\/subscriptions.*": the OS disk is UltraSSD_LRS/,
    );
  });

  it("fails at once when the source is no managed disk", () => {
    const make = () => new OsDiskCopy("web01", { sourceDiskId: "web01-os", resourceGroupName: "repair" });

    expect(make).toThrow(
      'sourceDiskId must be the resource id of a managed disk, got "web01-os"; ' +
        "read it with: az vm show --query storageProfile.osDisk.managedDisk.id",
    );
  });
});
