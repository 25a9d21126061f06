import type { ResourceType } from "../resource-type";

/** Management locks: the simulated subscription has none; they can be listed on any scope, not made. */
export const LOCKS: ResourceType = {
  type: "Microsoft.Authorization/locks",
  apiVersions: ["2016-09-01", "2017-04-01", "2020-05-01"],
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
};
