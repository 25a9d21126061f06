import type { Disk, Snapshot } from "@azure/arm-compute";
import { AzureFailure } from "./azure-failure";
import type { DiskReference } from "./read-access";

/** Whether someone can read it by an address now. Source: KnownDiskState of @azure/arm-compute. */
export function isLent({ diskState }: Snapshot | Disk): boolean {
  return diskState === "ActiveSAS" || diskState === "ActiveSASFrozen";
}

/** @throws AzureFailure when it cannot be read, or its reader would stop what others do with it */
export function refuseUnreadable(state: Snapshot | Disk, { kind, id, resourceGroup, name }: DiskReference): void {
  if (kind === "disk" && state.managedBy) {
    const vm = state.managedBy.split("/").at(-1) ?? "";
    throw new AzureFailure(
      `The disk ${name} is attached to ${vm}: reading it would keep that VM from starting. Make a snapshot and name that: ` +
        `az snapshot create --resource-group ${resourceGroup} --name ${name}-inspect --source ${id} --incremental false --query id --output tsv`,
    );
  }
  if (state.diskState === "ActiveUpload" || state.diskState === "ReadyToUpload") {
    throw new AzureFailure(
      `The ${kind} ${name} is made for an upload that has not ended (diskState ${state.diskState}); its bytes are not all there. ` +
        "Let whoever uploads it end that, or name another one.",
    );
  }
  if (state.creationData?.logicalSectorSize === 4096) {
    throw new AzureFailure(
      `The ${kind} ${name} has sectors of 4,096 bytes; Azure keeps it as VHDX, which is not read. Use the repair VM.`,
    );
  }
  if (state.dataAccessAuthMode === "AzureActiveDirectory") {
    throw new AzureFailure(
      `The ${kind} ${name} is read with a signature and an Entra token (dataAccessAuthMode), which is not supported. Use the repair VM.`,
    );
  }
}
