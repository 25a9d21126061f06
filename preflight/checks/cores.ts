import { defineCheck, ok, stop, warning } from "../check";
import type { OfferedSize, Usage } from "../facts";

/** Quotas that a VM counts against besides its family's (learn: quotas; Compute usages, "cores" and "virtualMachines"). */
const TOTAL = "cores";
const MACHINES = "virtualMachines";

/** There are cores left for the repair VM: of its family, and in the region altogether. */
export const CORES = defineCheck({
  id: "cores",
  needs: ["sizes", "usages", "osDisk"],
  judge({ sizes, usages, osDisk }, { vmSize, extractFromSnapshot }) {
    const size = sizes.find(({ name }) => name.toLowerCase() === vmSize.toLowerCase());
    if (size === undefined || osDisk === null || extractFromSnapshot) {
      return undefined;
    }
    const wanted = [
      { name: size.family, count: size.cores },
      { name: TOTAL, count: size.cores },
      { name: MACHINES, count: 1 },
    ];
    const found = wanted.flatMap(({ name, count }) => {
      const usage = usageOf(usages, name);
      return usage === undefined ? [] : [{ usage, count }];
    });
    const short = found.filter(({ usage, count }) => usage.limit - usage.used < count);
    if (short.length > 0) {
      return stop(
        "fit into the quota",
        `${vmSize} needs ${short.map(({ usage, count }) => `${count} of ${usage.title}, of which ${left(usage)}`).join("; ")}`,
        `${remedyOf(sizes, usages, size)}ask for more in the portal: Quotas, Compute, ${osDisk.location}; see: az vm list-usage --location ${osDisk.location} --output table`,
      );
    }
    return found.length < wanted.length
      ? warning(
          `Azure does not tell the quota of ${wanted.map(({ name }) => name).join(", ")} in ${osDisk.location}`,
          `see: az vm list-usage --location ${osDisk.location} --output table`,
        )
      : ok(
          `${vmSize} needs ${size.cores} cores: ${found.map(({ usage }) => `${left(usage)} of ${usage.title}`).join("; ")}`,
        );
  },
});

function usageOf(usages: readonly Usage[], name: string): Usage | undefined {
  return usages.find((usage) => usage.name.toLowerCase() === name.toLowerCase());
}

function left({ used, limit }: Usage): string {
  return `${Math.max(0, limit - used)} of ${limit} are left`;
}

/** Another size of a family that has cores left, if only the family is the matter. */
function remedyOf(sizes: readonly OfferedSize[], usages: readonly Usage[], wanted: OfferedSize): string {
  const free = (name: string, cores: number): boolean => {
    const usage = usageOf(usages, name);
    return usage !== undefined && usage.limit - usage.used >= cores;
  };
  const other = sizes.find(
    ({ family, cores, memory, generations, restriction, zones, trustedLaunch, architecture }) =>
      family !== wanted.family &&
      cores === wanted.cores &&
      memory >= wanted.memory &&
      restriction === undefined &&
      architecture === wanted.architecture &&
      (trustedLaunch || !wanted.trustedLaunch) &&
      wanted.zones.every((zone) => zones.includes(zone)) &&
      wanted.generations.every((generation) => generations.includes(generation)) &&
      free(family, cores),
  );
  return other && free(TOTAL, wanted.cores)
    ? `pulumi config set vmSize ${other.name}, whose family has cores left, or `
    : "";
}
