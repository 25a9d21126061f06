/** Windows Server versions that a repair VM may run, the preferred one first. Both have small-disk images of both generations. */
const VERSIONS = ["2022", "2025"] as const;

/**
 * The Windows Server image of a repair VM, of another Windows version than the broken disk.
 *
 * All disks made from one marketplace image share their disk signature or GUID. Beside a copy with its own signature a
 * VM may start from the wrong disk, or Windows may keep the copy offline.
 *
 * @param hyperVGeneration `V1` or `V2`; anything else counts as `V1`, as in Azure
 * @param sourceImageSku the marketplace SKU that the broken VM was made from; when it is unknown the newest version is
 *   taken, because older disks are the likelier ones
 */
export function repairImageSku(hyperVGeneration: string | undefined, sourceImageSku: string | undefined): string {
  const [preferred, other] = VERSIONS;
  const version = sourceImageSku === undefined || sourceImageSku.includes(preferred) ? other : preferred;
  return `${version}-datacenter-smalldisk${hyperVGeneration === "V2" ? "-g2" : ""}`;
}

/** What is wrong with the form of an image SKU, or undefined. Whether the region has it only Azure knows. */
export function imageSkuProblem(argument: string, text: string): string | undefined {
  return /^20\d\d-datacenter[a-z0-9-]*$/i.test(text)
    ? undefined
    : `${argument} must be the SKU of a Windows Server image like "2025-datacenter-smalldisk-g2", got "${text}"; see what a region has with: az vm image list-skus --location REGION --publisher MicrosoftWindowsServer --offer WindowsServer --output table`;
}
