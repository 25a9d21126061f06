import { defineCheck, ok, stop, warning } from "../check";
import type { ManagedDisk, OfferedSize } from "../facts";

/** How many other sizes are proposed. */
const PROPOSALS = 3;

/** What a repair VM needs at least to work with: two processors, 8 GiB. */
const LEAST = { cores: 2, memory: 8 };

/** The size of the repair VM is sold here, to this subscription, in the zone of the disk, and starts what is to be started. */
export const VM_SIZE = defineCheck({
  id: "vm-size",
  needs: ["sizes", "osDisk"],
  judge({ sizes, osDisk }, { vmSize, extractFromSnapshot }) {
    if (osDisk === null || extractFromSnapshot) {
      return undefined;
    }
    const size = sizes.find(({ name }) => name.toLowerCase() === vmSize.toLowerCase());
    const problem = size === undefined ? `${osDisk.location} does not sell it` : problemOf(size, osDisk);
    if (problem !== undefined) {
      return stop("be a size that can be had", `${vmSize}: ${problem}`, otherSizes(sizes, osDisk, vmSize));
    }
    const zone = osDisk.zones?.[0];
    const sold = `${osDisk.location} sells ${vmSize}${zone === undefined ? "" : ` in zone ${zone}`}: ${size?.cores ?? 0} cores, ${size?.memory ?? 0} GiB`;
    return size !== undefined && size.memory < LEAST.memory
      ? warning(`${sold}, which is little for a debugger`, otherSizes(sizes, osDisk, vmSize))
      : ok(sold);
  },
});

/** Why a size cannot be had for a repair VM beside this disk; undefined when it can. */
function problemOf(size: OfferedSize, { location, zones, hyperVGeneration, securityProfile, sku }: ManagedDisk) {
  const generation = hyperVGeneration ?? "V1";
  const zone = zones?.[0];
  if (size.restriction !== undefined) {
    return `this subscription cannot have it in ${location} (${size.restriction})`;
  }
  if (zone !== undefined && !size.zones.includes(zone)) {
    const where = size.zones.length === 0 ? "no zone" : `the zones ${size.zones.join(", ")}`;
    return `this subscription can have it in ${where} of ${location} only, and the OS disk is in zone ${zone}`;
  }
  if (!size.generations.includes(generation)) {
    return `it does not start Generation ${generation.slice(1)}, which the OS disk is`;
  }
  if (securityProfile?.securityType === "TrustedLaunch" && !size.trustedLaunch) {
    return "it has no Trusted Launch, which the OS disk has";
  }
  if (size.architecture !== "x64") {
    return `its processors are ${size.architecture}, and Windows Server is for x64`;
  }
  return sku?.name?.startsWith("Premium") && !size.premiumDisks
    ? `it takes no premium disks, and the copy is ${sku.name}`
    : undefined;
}

/** Sizes that can be had, those of the same series first, the smallest first. */
function otherSizes(sizes: readonly OfferedSize[], osDisk: ManagedDisk, wanted: string): string {
  const isOther = ({ name }: OfferedSize): number => Number(name.slice(0, 10) !== wanted.slice(0, 10));
  const fit = sizes
    .filter((size) => size.cores >= LEAST.cores && size.memory >= LEAST.memory && problemOf(size, osDisk) === undefined)
    .sort(
      (one, other) =>
        isOther(one) - isOther(other) ||
        one.cores - other.cores ||
        one.memory - other.memory ||
        one.name.localeCompare(other.name),
    );
  const names = fit.slice(0, PROPOSALS).map(({ name }) => name);
  return names.length === 0
    ? "ask for a size by a support request, type: service and subscription limits"
    : `pulumi config set vmSize ${names[0] ?? ""}${names.length > 1 ? `, or ${names.slice(1).join(" or ")}` : ""}`;
}
