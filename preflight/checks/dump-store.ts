import { defineCheck, ok, stop, warning } from "../check";

/** The existing blob container for the dump is there, and the repair VM can reach it. */
export const DUMP_STORE = defineCheck({
  id: "dump-store",
  needs: ["dumpStore"],
  uses: ["vm"],
  judge({ dumpStore }, { subnetId }) {
    if (dumpStore === null) {
      return stop(
        "name an existing blob container",
        "Azure knows none of this name",
        "see what there is with: az storage container-rm list --storage-account ACCOUNT",
      );
    }
    const { name, publicNetworkAccess, defaultAction } = dumpStore;
    if (publicNetworkAccess === "Disabled" || defaultAction === "Deny") {
      const where =
        subnetId === undefined ? "and the repair VM's own network is none of them" : `${subnetId} must be one of them`;
      return warning(
        `the storage account ${name} takes requests from chosen networks only (public network access ${publicNetworkAccess ?? "Enabled"}, default action ${defaultAction ?? "Allow"}), ${where}`,
        "give a subnet that the account lets in, by rule or private endpoint: pulumi config set subnetId ID",
      );
    }
    return ok(`the container is there, in the storage account ${name}`);
  },
});
