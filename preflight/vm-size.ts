/** Family, processors, features, version; source: https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions */
const SIZE = /^(Standard|Basic)_[A-Z]+\d+(-\d+)?[a-z]*(_[A-Z0-9]+)*$/i;

/** What is wrong with the form of a VM size, or undefined. Whether the region sells it only Azure knows. */
export function vmSizeProblem(argument: string, text: string): string | undefined {
  return SIZE.test(text)
    ? undefined
    : `${argument} must be a VM size like "Standard_D2s_v5", got "${text}"; see what a region sells with: az vm list-skus --location REGION --resource-type virtualMachines --output table`;
}
