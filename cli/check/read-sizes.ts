import type { ResourceSku } from "@azure/arm-compute";
import type { OfferedSize } from "../../preflight/facts";
import type { Clients } from "./clients";
import { all } from "./known";

/** The VM sizes of a region, with what the subscription cannot have of them (learn: compute, resource-skus/list). */
export async function readSizes(
  location: string,
  { compute }: Clients,
  abortSignal: AbortSignal,
): Promise<OfferedSize[]> {
  const skus = await all(compute.resourceSkus.list({ filter: `location eq '${location}'`, abortSignal }));
  return skus.filter(({ resourceType }) => resourceType === "virtualMachines").map((sku) => sizeOf(sku, location));
}

function sizeOf(sku: ResourceSku, location: string): OfferedSize {
  const capability = (name: string) => sku.capabilities?.find((one) => one.name === name)?.value;
  const restrictions = (sku.restrictions ?? []).filter(({ restrictionInfo, values }) =>
    (restrictionInfo?.locations ?? values ?? [location]).some((one) => isSame(one, location)),
  );
  const closed = restrictions
    .filter(({ type }) => type === "Zone")
    .flatMap(({ restrictionInfo }) => restrictionInfo?.zones);
  const here = sku.locationInfo?.find((one) => isSame(one.location ?? "", location));
  const everywhere = restrictions.find(({ type }) => type === "Location");
  return {
    name: sku.name ?? "",
    family: sku.family ?? "",
    cores: Number(capability("vCPUs") ?? 0),
    memory: Number(capability("MemoryGB") ?? 0),
    generations: (capability("HyperVGenerations") ?? "V1").split(","),
    trustedLaunch: capability("TrustedLaunchDisabled") !== "True",
    premiumDisks: capability("PremiumIO") === "True",
    architecture: capability("CpuArchitectureType") ?? "x64",
    ...(everywhere && { restriction: everywhere.reasonCode ?? "restricted" }),
    zones: (here?.zones ?? []).filter((zone) => !closed.includes(zone)),
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase().replaceAll(" ", "") === other.toLowerCase().replaceAll(" ", "");
}
