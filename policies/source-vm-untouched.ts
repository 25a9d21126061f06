import { type Machine, sourcesToldOf, touched } from "./internal/footprint";
import { label } from "./internal/problem";
import { recordsAt, textAt } from "./internal/properties";
import { parseResourceId, resourceGroupOf } from "./internal/resource-id";
import type { Resource } from "./internal/resource";
import { everyResource, type Report, type Rule } from "./internal/rule";
import { isComponent, isInScope, type ScopeConfig, scopeSchema } from "./internal/scope";
import { seenWith } from "./internal/seen";

const CONTAINER = "microsoft.storage/storageaccounts/blobservices/containers";

interface Config extends ScopeConfig {
  readonly resourceGroups: readonly string[];
  readonly disks: readonly string[];
}

const DEFAULTS: Config = { scope: "repair", resourceGroups: [], disks: [] };

/**
 * The promise of the kit: it works on a copy, in groups of its own.
 *
 * Judged before each resource is made, with the names that the provider has made up for those before it. What is unknown
 * in a preview belongs to something that does not exist yet, and so cannot be the broken VM; the update judges it again.
 */
export const sourceVmUntouched: Rule = {
  name: "source-vm-untouched",
  description:
    "Nothing in the stack writes to the broken VM, its disk or its resource group; what is attached is a copy.",
  enforcementLevel: "mandatory",
  severity: "critical",
  remediationSteps:
    "Make repair resources in a resource group of the same stack, and attach disks that the stack copies from a snapshot.",
  configSchema: {
    properties: {
      scope: scopeSchema,
      resourceGroups: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Existing resource groups that are meant for repair.",
      },
      disks: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Resource ids of existing disks that may be attached, like one with tools.",
      },
    },
  },
  validateResource: everyResource(DEFAULTS, (resource, report, config) => {
    const seen = seenWith(resource.urn);
    judgeSources(resource, seen, report);
    if (isInScope(resource, config) && !isComponent(resource)) {
      judgeGroup(resource, seen, report, config);
      judgeAttachments(resource, seen, report, config);
    }
  }),
};

/** Nothing, of the kit or not, may work on a VM or disk that is under repair. */
function judgeSources(resource: Resource, seen: readonly Resource[], report: Report): void {
  const groups = new Set(groupsMade(seen).map((group) => group.toLowerCase()));
  const isMadeHere = (machine: Machine) => machine.startsWith("disks/") && groups.has(machine.split("/")[1] ?? "");
  const sources = new Set(seen.flatMap(sourcesToldOf));
  const problem = (property: string, machine: Machine) => ({
    property,
    found: machine,
    wanted: "something else than the VM or disk under repair",
    change: "Take it out of this stack, or point it at the copy.",
  });
  const own = new Set(touched(resource));
  for (const machine of [...own].filter((target) => sources.has(target) && !isMadeHere(target))) {
    report(problem("its target", machine));
  }
  // Of two resources that do not wait for each other, the one that works on the broken VM may have come first.
  for (const machine of sourcesToldOf(resource).filter((source) => !own.has(source) && !isMadeHere(source))) {
    const earlier = seen.find((other) => other.urn !== resource.urn && touched(other).includes(machine));
    if (earlier) {
      report(problem(`the target of ${label(earlier)}`, machine));
    }
  }
}

function judgeGroup(resource: Resource, seen: readonly Resource[], report: Report, config: Config): void {
  const own = new Set([...groupsMade(seen), ...config.resourceGroups].map((group) => group.toLowerCase()));
  const scope = textAt(resource.properties, "scope") ?? "";
  const isDumpStore = parseResourceId(scope)?.type === CONTAINER;
  const places: readonly (readonly [property: string, group: string | undefined])[] = [
    [
      "resourceGroupName",
      resource.type === "resources:ResourceGroup" ? undefined : textAt(resource.properties, "resourceGroupName"),
    ],
    // A store that exists already may be the user's own.
    ["the resource group of scope", isDumpStore ? undefined : resourceGroupOf(scope)],
  ];
  for (const [property, group] of places) {
    if (group !== undefined && !own.has(group.toLowerCase())) {
      report({
        property,
        found: group,
        wanted: "a resource group that this stack makes",
        change:
          "Make a group for the repair; a group that exists for that is named in the rule's parameter resourceGroups.",
      });
    }
  }
}

function groupsMade(seen: readonly Resource[]): readonly string[] {
  return seen
    .filter(({ type }) => type === "resources:ResourceGroup")
    .flatMap(({ properties }) => textAt(properties, "resourceGroupName") ?? []);
}

function judgeAttachments(vm: Resource, seen: readonly Resource[], report: Report, config: Config): void {
  const allowed = new Set(config.disks.map((id) => id.toLowerCase()));
  const copies = () => new Set(seen.filter(isCopy).flatMap(touched));
  const attached = [
    ["storageProfile.osDisk.managedDisk.id", textAt(vm.properties, "storageProfile.osDisk.managedDisk.id")],
    ...recordsAt(vm.properties, "storageProfile.dataDisks").map((disk, index) => [
      `storageProfile.dataDisks[${index}].managedDisk.id`,
      textAt(disk, "managedDisk.id"),
    ]),
  ] as const;
  for (const [property, id] of attached) {
    const parsed = parseResourceId(id ?? "");
    const disk = parsed && `disks/${parsed.resourceGroup}/${parsed.names[0] ?? ""}`;
    if (property !== undefined && disk && !copies().has(disk) && !allowed.has((id ?? "").toLowerCase())) {
      report({
        property,
        found: id,
        wanted: "the id of a disk that this stack makes as a copy",
        change: "Attach a compute.Disk made from a snapshot; another disk is named in the rule's parameter disks.",
      });
    }
  }
}

function isCopy({ type, properties }: Resource): boolean {
  return type === "compute:Disk" && textAt(properties, "creationData.createOption") !== undefined;
}
