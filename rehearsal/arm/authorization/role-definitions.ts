import { settledResource, type Resource } from "../resource";
import { providerId, type ResourceId } from "../resource-id";
import type { ListRequest, ResourceType } from "../resource-type";
import { RoleDefinitionNotFound } from "./authorization-errors";
import { BUILT_IN_ROLES, type BuiltInRole } from "./built-in-roles";

/** Role definitions: the built-in ones, readable from any scope (azure-arm.md 12.2 for the filters that az sends). */
export const ROLE_DEFINITIONS: ResourceType = {
  type: "Microsoft.Authorization/roleDefinitions",
  apiVersions: ["2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview", "2023-07-01-preview"],
  tracked: false,
  anyScope: true,
  showsProvisioningState: false,
  find: (id) => {
    const role = BUILT_IN_ROLES.find((candidate) => candidate.id === id.name.toLowerCase());
    return role === undefined ? undefined : definition(role, id.parent);
  },
  notFound: (id) => new RoleDefinitionNotFound(id.name),
  list: (request) =>
    BUILT_IN_ROLES.filter(matchesFilter(request.query.get("filter"))).map((role) => definition(role, scopeOf(request))),
};

function definition(role: BuiltInRole, scope: ResourceId | null): Resource {
  const id = providerId(scope, "Microsoft.Authorization", "roleDefinitions", role.id);
  return settledResource(id, ROLE_DEFINITIONS, {
    properties: {
      roleName: role.name,
      type: "BuiltInRole",
      description: role.description,
      assignableScopes: ["/"],
      permissions: [
        {
          actions: [...role.actions],
          notActions: [...(role.notActions ?? [])],
          dataActions: [...(role.dataActions ?? [])],
          notDataActions: [],
        },
      ],
      createdOn: "2015-02-02T21:55:09.8806423Z",
      updatedOn: "2021-11-11T20:13:44.6328966Z",
      createdBy: null,
      updatedBy: null,
    },
  });
}

/** Built-in roles are listed with the subscription in their id, whatever the scope below it. */
function scopeOf({ scope }: ListRequest): ResourceId | null {
  let at = scope;
  while (at !== null && at.type !== "Microsoft.Resources/subscriptions") {
    at = at.parent;
  }
  return at;
}

/** `roleName eq '…'`, `type eq 'BuiltInRole'`; `atScope()` and the like keep all, as every scope has all built-in roles. */
function matchesFilter(filter: string | undefined): (role: BuiltInRole) => boolean {
  const name = /roleName\s+eq\s+'([^']*)'/i.exec(filter ?? "")?.[1]?.toLowerCase();
  const type = /\btype\s+eq\s+'([^']*)'/i.exec(filter ?? "")?.[1]?.toLowerCase();
  return (role) =>
    (name === undefined || role.name.toLowerCase() === name) && (type ?? "builtinrole") === "builtinrole";
}
