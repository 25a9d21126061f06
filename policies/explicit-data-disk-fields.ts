import { recordsAt, textAt, valueAt } from "./internal/properties";
import { eachResource, type Rule } from "./internal/rule";
import { REPAIR, scopeSchema } from "./internal/scope";

/** What Azure fills in where it is missing (https://github.com/pulumi/pulumi-azure-native/issues/2356). */
const FIELDS = ["caching", "createOption", "deleteOption", "lun", "name", "toBeDetached", "writeAcceleratorEnabled"];

/**
 * After a refresh the state has what Azure filled in, and the next update would change the attachment of the copy in the
 * middle of a repair. With deleteOption "Delete" Azure deletes the copy with the VM, behind the engine's back.
 */
export const explicitDataDiskFields: Rule = {
  name: "explicit-data-disk-fields",
  description: "A data disk of a repair VM leaves no field to Azure, and is not deleted with the VM.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: `Write out ${FIELDS.join(", ")} of each data disk, with deleteOption "Detach".`,
  configSchema: { properties: { scope: scopeSchema } },
  validateResource: eachResource(REPAIR, ["compute:VirtualMachine"], (vm, report) => {
    recordsAt(vm.properties, "storageProfile.dataDisks").forEach((disk, index) => {
      const property = (field: string) => `storageProfile.dataDisks[${index}].${field}`;
      for (const field of FIELDS.filter((name) => valueAt(disk, name) === undefined)) {
        report({ property: property(field), found: undefined, wanted: "written out", change: `Set ${field}.` });
      }
      const { deleteOption } = disk;
      if (textAt(disk, "createOption") === "Attach" && deleteOption === "Delete") {
        report({
          property: property("deleteOption"),
          found: deleteOption,
          wanted: '"Detach"',
          change: 'Set deleteOption to "Detach": the disk is a resource of its own.',
        });
      }
    });
  }),
};
