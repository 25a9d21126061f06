import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

import { textAt } from "./properties";
import type { Resource } from "./resource";

/** Resources of repair environments, or all of the stack. */
export type Scope = "repair" | "all";

/** Which resources a rule judges. */
export interface ScopeConfig {
  readonly scope: Scope;
}

/** Of a rule without parameters of its own. */
export const REPAIR: ScopeConfig = { scope: "repair" };

/** The parameter `scope` for the configuration schema of a rule. */
export const scopeSchema: PolicyConfigJSONSchema = {
  type: "string",
  enum: ["repair", "all"],
  default: "repair",
  description:
    "repair: resources of the kit's components, or with one of its tags (created-by, repair-of, repair_source). all: every resource.",
};

/** Whether a rule with this configuration judges the resource. */
export function isInScope(resource: Resource, config: ScopeConfig): boolean {
  return config.scope === "all" || isOfRepairEnvironment(resource);
}

/** Whether a resource is a part of the kit's components, or bears a tag that says it serves a repair. */
export function isOfRepairEnvironment(resource: Resource): boolean {
  return (
    [...resource.componentTypes, resource.type].some((type) => type.startsWith("azure-repair-kit:")) ||
    textAt(resource.properties, "tags.created-by") === "azure-repair-kit" ||
    textAt(resource.properties, "tags.repair-of") !== undefined ||
    // The tag by which `az vm repair` finds its VMs.
    textAt(resource.properties, "tags.repair_source") !== undefined
  );
}

/** Whether it is one of the kit's components, and not a resource in Azure. */
export function isComponent({ type }: Resource): boolean {
  return type.startsWith("azure-repair-kit:");
}
