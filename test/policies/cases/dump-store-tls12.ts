import type { RuleCases } from "../support/case";
import { account } from "../support/valid-args";

export const cases: RuleCases = {
  stopped: {
    "TLS 1.0": [account("account", { minimumTlsVersion: "TLS1_0" })],
    "TLS 1.1": [account("account", { minimumTlsVersion: "TLS1_1" })],
    "left to Azure": [account("account", { minimumTlsVersion: undefined })],
  },
  passed: {
    "TLS 1.2": [account()],
    "TLS 1.3": [account("account", { minimumTlsVersion: "TLS1_3" })],
    "an account that has nothing to do with dumps": [
      account("account", { minimumTlsVersion: "TLS1_0", tags: {} }, { component: null }),
    ],
  },
};
