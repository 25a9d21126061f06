import type { RuleCases } from "../support/case";
import { account } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "keys allowed": [account("account", { allowSharedKeyAccess: true })],
    "left to Azure, which allows them": [account("account", { allowSharedKeyAccess: undefined })],
    "local users": [account("account", { isLocalUserEnabled: true })],
    SFTP: [account("account", { isSftpEnabled: true })],
  },
  passed: {
    "no keys": [account()],
    "SFTP switched off in words": [account("account", { isSftpEnabled: false, isLocalUserEnabled: false })],
    "an account that has nothing to do with dumps": [
      account("account", { allowSharedKeyAccess: true, tags: {} }, { component: null }),
    ],
  },
};
