import * as pulumi from "@pulumi/pulumi";

import type { Principal } from "../../azure/principal";
import { DumpStore, type DumpStoreArgs } from "../dump-store";
import { SnapshotProbe } from "../snapshot-probe";
import { stepsWithoutVm } from "./outcome";
import { providerPrincipal } from "./provider-login";
import { answerOf, blobPrefix, fetchSteps, type RepairBase, type RepairOutputs, storeArgs } from "./repair-base";
import { inputError } from "./validate";

const REPAIR_VM_STEP =
  "For a repair VM with a copy of the disk attached: set extractFromSnapshot to false and run pulumi up again; the snapshot stays.";

/** The dump copied from the snapshot into the store by whoever runs Pulumi; no disk, no VM. */
export function extractWithoutVm(
  { name, args, source, evidenceTags, copy, parent }: RepairBase,
  principal: pulumi.Output<Principal>,
): RepairOutputs {
  // Nobody who names a container of their own wants roles on it given to themselves.
  const isNewStore = args.dumpStore === undefined;
  const writer = isNewStore ? writerArgs(principal) : {};
  const store = new DumpStore(`${name}-store`, { ...storeArgs(args, source, evidenceTags), ...writer }, { parent });
  const probe = new SnapshotProbe(
    `${name}-probe`,
    {
      snapshotId: copy.snapshotId,
      extractTo: {
        containerUrl: store.containerUrl,
        blobPrefix: blobPrefix(source, copy),
        sourceVmId: source.id,
        rightIsNew: isNewStore,
      },
    },
    { parent },
  );
  const none = pulumi.output(undefined);
  return {
    rdpAddress: none,
    rdpUsername: none,
    rdpPassword: none,
    driveLetter: none,
    dumpPath: probe.dumpPath,
    dumpBlobUrl: probe.dumpBlobUrl,
    dumpSha256: probe.dumpSha256,
    dumpSize: probe.dumpSize,
    bugCheck: probe.bugCheck,
    dumpStatus: probe.status,
    manifestBlobUrl: none,
    searched: probe.searched,
    nextSteps: pulumi
      .all([
        { status: probe.status, reason: probe.reason, nextSteps: probe.nextSteps },
        { fetch: fetchSteps(probe, store, copy) },
      ])
      .apply(([answer, { fetch }]) => stepsWithoutVm(answer, { fetch, repairVm: REPAIR_VM_STEP })),
    snapshotProbe: answerOf(probe),
    copyDumpSettings: none,
  };
}

/** Who runs Pulumi, and so copies the dump. */
export function signedIn(resource: pulumi.Resource): pulumi.Output<Principal> {
  const failed = (error: unknown): never => {
    throw inputError(error instanceof Error ? error.message : String(error), resource);
  };
  return pulumi.output(providerPrincipal().catch(failed));
}

/** Whoever runs Pulumi writes the dump. */
function writerArgs(
  principal: pulumi.Output<Principal>,
): Pick<DumpStoreArgs, "writerPrincipalId" | "writerPrincipalType"> {
  return { writerPrincipalId: principal.objectId, writerPrincipalType: principal.type };
}
