import { mustBe } from "./internal/must-be";
import { eachResource, type Rule } from "./internal/rule";
import { REPAIR, scopeSchema } from "./internal/scope";

/** A key opens the whole store for whoever holds it, and with it anyone can sign a SAS that no log ascribes to a person. */
export const dumpStoreNoSharedKey: Rule = {
  name: "dump-store-no-shared-key",
  description: "The store of crash dumps knows its callers by role: it takes neither account keys nor local users.",
  enforcementLevel: "mandatory",
  severity: "high",
  remediationSteps: "Set allowSharedKeyAccess of the storage account to false, and leave out SFTP and local users.",
  configSchema: { properties: { scope: scopeSchema } },
  validateResource: eachResource(REPAIR, ["storage:StorageAccount"], (account, report) => {
    mustBe(
      account,
      report,
      "allowSharedKeyAccess",
      [false],
      "Set allowSharedKeyAccess to false; callers get a role instead, like Storage Blob Data Reader.",
    );
    for (const property of ["isLocalUserEnabled", "isSftpEnabled"]) {
      mustBe(
        account,
        report,
        property,
        [undefined, false],
        `Leave ${property} out; local users sign in by password or key.`,
      );
    }
  }),
};
