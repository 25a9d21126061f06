import { ref, type RuleCases } from "../support/case";
import { role, roleDefinition } from "../support/valid-args";

const CONTAINER =
  "/subscriptions/s/resourceGroups/evidence/providers/Microsoft.Storage/storageAccounts/a/blobServices/default/containers/dumps";

export const cases: RuleCases = {
  stopped: {
    "the whole account": [role("role", { scope: ref("account") })],
    "the whole subscription": [role("role", { scope: "/subscriptions/s" })],
    "an account that exists already": [role("role", { scope: CONTAINER.replace(/\/blobServices.*/, "") })],
    "the role Owner": [role("role", { roleDefinitionId: roleDefinition("8e3af657-a8ff-443c-a75c-2fe8c4bcb635") })],
    "the role Storage Blob Data Owner": [
      role("role", { roleDefinitionId: roleDefinition("b7e6dc6d-f1e8-4753-8033-0f276bb0955b") }),
    ],
  },
  passed: {
    "its container": [role()],
    "a container that exists already": [role("role", { scope: CONTAINER })],
    "a role that has nothing to do with a repair": [
      role(
        "role",
        { scope: "/subscriptions/s", roleDefinitionId: roleDefinition("8e3af657-a8ff-443c-a75c-2fe8c4bcb635") },
        { component: null },
      ),
    ],
  },
};
