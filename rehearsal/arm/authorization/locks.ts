import { AzureError } from "../azure-error";
import { textAt } from "../json";
import type { ResourceType } from "../resource-type";

/** 400 (modelled): a level that is none. */
class InvalidLockLevel extends AzureError {
  constructor(level: string) {
    super(400, "InvalidRequestContent", `The lock level '${level}' is invalid. Allowed: 'CanNotDelete', 'ReadOnly'.`);
  }
}

/** Management locks on any scope; what they refuse: gateway/scope-locks.ts (learn: lock-resources; resources, management-locks). */
export const LOCKS: ResourceType = {
  type: "Microsoft.Authorization/locks",
  apiVersions: ["2016-09-01", "2017-04-01", "2020-05-01"],
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
  put({ body }) {
    const level = textAt(body, "properties", "level") ?? "";
    if (level !== "CanNotDelete" && level !== "ReadOnly") {
      throw new InvalidLockLevel(level);
    }
    return { body: { properties: { level, notes: textAt(body, "properties", "notes") } } };
  },
  delete: () => ({}),
};
