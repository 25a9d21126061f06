import { defineCheck, ok, stop } from "../check";

/** The VM is there and can be read. */
export const SOURCE_VM = defineCheck({
  id: "source-vm",
  needs: ["vm"],
  unknown: "stop",
  judge: ({ vm }) =>
    vm === null
      ? stop(
          "name an existing VM",
          "Azure knows none of this name",
          "see what there is with: az vm list --output table",
        )
      : ok(`the VM ${vm.name ?? ""} is there, in ${vm.location}`),
});
