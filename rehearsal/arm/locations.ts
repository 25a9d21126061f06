/** A region. */
export interface Location {
  readonly name: string;
  readonly displayName: string;
}

/** Regions of the simulated Azure: public ones, a choice. */
export const LOCATIONS: readonly Location[] = [
  { name: "eastus", displayName: "East US" },
  { name: "eastus2", displayName: "East US 2" },
  { name: "southcentralus", displayName: "South Central US" },
  { name: "westus2", displayName: "West US 2" },
  { name: "westus3", displayName: "West US 3" },
  { name: "australiaeast", displayName: "Australia East" },
  { name: "southeastasia", displayName: "Southeast Asia" },
  { name: "northeurope", displayName: "North Europe" },
  { name: "swedencentral", displayName: "Sweden Central" },
  { name: "uksouth", displayName: "UK South" },
  { name: "westeurope", displayName: "West Europe" },
  { name: "centralus", displayName: "Central US" },
  { name: "southafricanorth", displayName: "South Africa North" },
  { name: "centralindia", displayName: "Central India" },
  { name: "eastasia", displayName: "East Asia" },
  { name: "japaneast", displayName: "Japan East" },
  { name: "koreacentral", displayName: "Korea Central" },
  { name: "canadacentral", displayName: "Canada Central" },
  { name: "francecentral", displayName: "France Central" },
  { name: "germanywestcentral", displayName: "Germany West Central" },
  { name: "norwayeast", displayName: "Norway East" },
  { name: "switzerlandnorth", displayName: "Switzerland North" },
  { name: "uaenorth", displayName: "UAE North" },
  { name: "brazilsouth", displayName: "Brazil South" },
  { name: "northcentralus", displayName: "North Central US" },
  { name: "westus", displayName: "West US" },
  { name: "ukwest", displayName: "UK West" },
];

/** Names of all regions. */
export const LOCATION_NAMES: readonly string[] = LOCATIONS.map(({ name }) => name);

/** `West US 2` and `westus2` are the same region (azure-arm.md 2). */
export function normalLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}
