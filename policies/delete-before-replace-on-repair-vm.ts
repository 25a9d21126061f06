import { eachResource, type Rule } from "./internal/rule";
import { REPAIR, scopeSchema } from "./internal/scope";

/** The copy and the network interface serve one VM at a time: a new VM beside the old one cannot have them. */
export const deleteBeforeReplaceOnRepairVm: Rule = {
  name: "delete-before-replace-on-repair-vm",
  description: "A repair VM that is replaced is deleted before the new one is made.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: "Give the VM the resource option deleteBeforeReplace: true.",
  configSchema: { properties: { scope: scopeSchema } },
  validateResource: eachResource(REPAIR, ["compute:VirtualMachine"], ({ options }, report) => {
    if (options.deleteBeforeReplace !== true) {
      report({
        property: "the resource option deleteBeforeReplace",
        found: options.deleteBeforeReplace,
        wanted: "true",
        change: "Add deleteBeforeReplace: true to the options (third argument) of the VM.",
      });
    }
  }),
};
