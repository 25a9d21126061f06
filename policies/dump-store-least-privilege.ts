import { quoted } from "./internal/problem";
import { textAt, UNKNOWN, valueAt } from "./internal/properties";
import { parseResourceId } from "./internal/resource-id";
import { eachInStack, eachResource, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

/** Storage Blob Data Contributor: of the built-in roles that write blobs, the one that can do least. */
const BLOB_WRITER = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

const CONTAINER = "microsoft.storage/storageaccounts/blobservices/containers";
const WANTED = "the id of one blob container";
const CHANGE = "Give the id of the container as scope.";

interface Config extends ScopeConfig {
  readonly roles: readonly string[];
}

const DEFAULTS: Config = { scope: "repair", roles: [BLOB_WRITER] };

/**
 * Whoever takes over the repair VM has its identity. It shall be of no use: not to read other dumps in other containers,
 * not to reach the broken VM, not to give rights away.
 */
export const dumpStoreLeastPrivilege: Rule = {
  name: "dump-store-least-privilege",
  description: "The identity of a repair VM may write to its blob container, and nothing else.",
  enforcementLevel: "mandatory",
  severity: "critical",
  remediationSteps: "Assign Storage Blob Data Contributor on the container, and no other role.",
  configSchema: {
    properties: {
      scope: scopeSchema,
      roles: {
        type: "array",
        items: { type: "string" },
        default: DEFAULTS.roles,
        description: "Names (GUIDs) of the role definitions that may be assigned.",
      },
    },
  },
  validateResource: eachResource(DEFAULTS, ["authorization:RoleAssignment"], ({ properties }, report, config) => {
    const { roles } = config;
    const role = textAt(properties, "roleDefinitionId");
    if (role !== undefined && !roles.includes(role.slice(role.lastIndexOf("/") + 1).toLowerCase())) {
      report({
        property: "roleDefinitionId",
        found: role,
        wanted: `that of ${roles.map(quoted).join(" or ")}`,
        change: "Assign Storage Blob Data Contributor on the container, and no other role.",
      });
    }
    const scope = textAt(properties, "scope");
    if (scope !== undefined && parseResourceId(scope)?.type !== CONTAINER) {
      report({ property: "scope", found: scope, wanted: WANTED, change: CHANGE });
    }
  }),
  // In a preview the id of a container that is yet to be made is unknown, but not that it is a container's.
  validateStack: eachInStack(DEFAULTS, ["authorization:RoleAssignment"], (assignment, report) => {
    const sources = assignment.sourcesOf("scope").map(({ type }) => type);
    const isUnknown = valueAt(assignment.properties, "scope") === UNKNOWN;
    if (isUnknown && sources.length > 0 && !sources.includes("storage:BlobContainer")) {
      report({ property: "scope", found: `from ${sources.join(", ")}`, wanted: WANTED, change: CHANGE });
    }
  }),
};
