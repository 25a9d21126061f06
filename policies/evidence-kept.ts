import { deletionDays } from "./internal/lifecycle";
import { configHint } from "./internal/problem";
import { recordsAt, textAt, valueAt } from "./internal/properties";
import { eachInStack, eachResource, type Rule, type StackResource } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly leastDays: number;
}

const DEFAULTS: Config = { scope: "repair", leastDays: 7 };

/**
 * The dump may be the only proof of what happened, and the VM is repaired before support has answered.
 *
 * The engine shows a pack no retainOnDelete, so that of DumpStore is judged by the argument that sets it.
 */
export const evidenceKept: Rule = {
  name: "evidence-kept",
  description: "Crash dumps survive the repair environment: its destruction, and the first days after.",
  enforcementLevel: "mandatory",
  severity: "high",
  remediationSteps:
    "Leave keepEvidence of the DumpStore at true, keep the store in a resource group of its own, and delete dumps later.",
  configSchema: {
    properties: {
      scope: scopeSchema,
      leastDays: {
        type: "integer",
        minimum: 1,
        default: DEFAULTS.leastDays,
        description: "Least days that a dump must be kept.",
      },
    },
  },
  validateResource: eachResource(
    DEFAULTS,
    ["azure-repair-kit:index:DumpStore", "storage:ManagementPolicy"],
    (resource, report, config) => {
      const { properties } = resource;
      const isOwnStore = valueAt(properties, "containerId") === undefined;
      if (resource.type !== "storage:ManagementPolicy" && isOwnStore && properties.keepEvidence === false) {
        report({
          property: "keepEvidence",
          found: false,
          wanted: "true, or left out",
          change: `Leave keepEvidence out; delete the store by hand when the case is closed.${configHint(resource, "keepEvidence")}`,
        });
      }
      for (const rule of recordsAt(properties, "policy.rules")) {
        const tooSoon = deletionDays(rule).find((days) => typeof days === "number" && days < config.leastDays);
        if (tooSoon !== undefined && rule.enabled !== false) {
          report({
            property: `the lifecycle rule ${textAt(rule, "name") ?? ""}`,
            found: `deletion after ${String(tooSoon)} days`,
            wanted: `later than ${config.leastDays} days`,
            change: "Set retentionDays of the DumpStore, or the rule's days, higher.",
          });
        }
      }
    },
  ),
  validateStack: eachInStack(DEFAULTS, ["storage:StorageAccount"], (account, report, _, all) => {
    const machines = all.filter(({ type }) => type === "compute:VirtualMachine");
    const shared = groupsOf(account).find((group) => machines.some((vm) => groupsOf(vm).includes(group)));
    if (shared) {
      report({
        property: "resourceGroupName",
        found: `the group of a VM, ${shared.name}`,
        wanted: "a group of its own",
        change: "Make a resource group for the store: deleting the repair VM's group would delete the evidence.",
      });
    }
  }),
};

function groupsOf(resource: StackResource): readonly StackResource[] {
  return resource.sourcesOf("resourceGroupName").filter(({ type }) => type === "resources:ResourceGroup");
}
