// What the stand-ins are driven with through the real engine. With step=change it is the same program, edited.
const compute = require("@pulumi/azure-native/compute");
const resources = require("@pulumi/azure-native/resources");
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");

const changed = new pulumi.Config().get("step") === "change";

const group = new resources.ResourceGroup("rescue", { location: "West Europe" });
const password = new random.RandomPassword("password", { length: 24, special: false });
const disk = new compute.Disk("disk", {
  resourceGroupName: group.name,
  creationData: { createOption: "Empty" },
  diskSizeGB: 4,
  tags: { password: password.result, step: changed ? "second" : "first" },
});
const snapshot = new compute.Snapshot(
  "snapshot",
  {
    resourceGroupName: group.name,
    snapshotName: "named",
    creationData: { createOption: "Copy", sourceResourceId: changed ? pulumi.interpolate`${disk.id}-other` : disk.id },
  },
  { replaceOnChanges: ["creationData.sourceResourceId"] },
);
new compute.Disk(
  "found",
  {
    resourceGroupName: "rescue-old",
    diskName: "found",
    location: "westeurope",
    creationData: { createOption: "Empty" },
  },
  { import: process.env.FOUND_ID, retainOnDelete: true },
);

module.exports = { snapshotId: snapshot.id, password: password.result };
