import * as pulumi from "@pulumi/pulumi";

import { DiskAttachment, OsDiskCopy, RepairVm } from "../../components/index";

const config = new pulumi.Config("your-own-network");
const resourceGroupName = config.require("resourceGroupName");

const copy = new OsDiskCopy("copy", { sourceDiskId: config.require("sourceDiskId"), resourceGroupName });

const vm = new RepairVm("repair", {
  resourceGroupName,
  location: copy.location,
  zone: copy.zone,
  hyperVGeneration: copy.hyperVGeneration,
  securityType: copy.securityType,
  subnetId: config.require("subnetId"),
  attachedDisks: [{ diskId: copy.diskId, lun: 0 }],
});

const attachment = new DiskAttachment("attachment", {
  repairVmId: vm.vmId,
  location: copy.location,
  lun: 0,
  runId: copy.snapshotName,
});

export const { rdpAddress, rdpUsername, rdpPassword } = vm;
export const { status, driveLetter, nextSteps } = attachment;
