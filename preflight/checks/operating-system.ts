import { defineCheck, ok, stop } from "../check";

/** The VM runs Windows: the guest scripts are for Windows, and so are the dumps. */
export const OPERATING_SYSTEM = defineCheck({
  id: "operating-system",
  needs: ["vm"],
  judge({ vm }) {
    const osType = vm?.storageProfile?.osDisk?.osType;
    if (vm === null) {
      return undefined;
    }
    return osType === "Windows"
      ? ok("the VM runs Windows")
      : stop("name a Windows VM", `the VM runs ${osType ?? "no known system"}`, "for Linux use az vm repair create");
  },
});
