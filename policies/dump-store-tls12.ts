import { mustBe } from "./internal/must-be";
import { eachResource, type Rule } from "./internal/rule";
import { REPAIR, scopeSchema } from "./internal/scope";

/** A dump holds the secrets of the machine it comes from; older TLS can be read and changed on its way. */
export const dumpStoreTls12: Rule = {
  name: "dump-store-tls12",
  description: "The store of crash dumps takes no connection with a TLS older than 1.2.",
  enforcementLevel: "mandatory",
  severity: "high",
  remediationSteps: 'Set minimumTlsVersion of the storage account to "TLS1_2".',
  configSchema: { properties: { scope: scopeSchema } },
  validateResource: eachResource(REPAIR, ["storage:StorageAccount"], (account, report) =>
    mustBe(account, report, "minimumTlsVersion", ["TLS1_2", "TLS1_3"], 'Set minimumTlsVersion to "TLS1_2".'),
  ),
};
