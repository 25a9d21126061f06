import type { RuleCases } from "../support/case";
import { account, container } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "public blobs allowed": [account("account", { allowBlobPublicAccess: true })],
    "left to Azure": [account("account", { allowBlobPublicAccess: undefined })],
    "a container that shows its blobs": [container("container", { publicAccess: "Blob" })],
    "copies to other tenants": [account("account", { allowCrossTenantReplication: true })],
    "plain HTTP": [account("account", { enableHttpsTrafficOnly: false })],
  },
  passed: {
    "all closed": [account(), container()],
    "a container that says nothing": [container("container", { publicAccess: undefined })],
    "an account that has nothing to do with dumps": [
      account("account", { allowBlobPublicAccess: true, tags: {} }, { component: null }),
    ],
  },
};
