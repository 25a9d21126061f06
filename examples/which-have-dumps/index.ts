import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

import { OsDiskCopy, SnapshotProbe } from "../../components/index";

const config = new pulumi.Config("which-have-dumps");

const group = new ResourceGroup("which-have-dumps", { location: config.require("location") });

const probes = config.requireObject<string[]>("diskIds").map((diskId) => {
  const name = diskId.slice(diskId.lastIndexOf("/") + 1);
  const { snapshotId } = new OsDiskCopy(name, {
    sourceDiskId: diskId,
    resourceGroupName: group.name,
    snapshotOnly: true,
  });
  return { diskId, probe: new SnapshotProbe(name, { snapshotId }) };
});

/** What was found, by disk. */
export const found = pulumi.all(
  Object.fromEntries(
    probes.map(({ diskId, probe: { status, reason, dumpPath, bugCheck, nextSteps } }) => [
      diskId,
      { status, reason, dumpPath, bugCheck, nextSteps },
    ]),
  ),
);
