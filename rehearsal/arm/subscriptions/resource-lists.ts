import { NotSimulated, ResourceGroupNotFound } from "../gateway-errors";
import type { JsonObject } from "../json";
import { objectAt, textAt, valueAt } from "../json";
import { resourceGroupScope, subscriptionScope, type ResourceId } from "../resource-id";
import type { Resource } from "../resource";
import { RESOURCE_MANAGER_API_VERSIONS } from "../resource-manager-versions";
import type { ArmRoute, ArmRouteCall } from "./arm-route";

/** Lists of all tracked resources of a subscription or resource group. */
export const RESOURCE_LIST_ROUTES: readonly ArmRoute[] = [
  {
    method: "GET",
    path: "/subscriptions/{subscriptionId}/resources",
    type: "Microsoft.Resources/resources",
    apiVersions: RESOURCE_MANAGER_API_VERSIONS,
    run: (call) => listBelow(call, subscriptionScope(call.azure.subscriptionId)),
  },
  {
    method: "GET",
    path: "/subscriptions/{subscriptionId}/resourceGroups/{group}/resources",
    type: "Microsoft.Resources/resources",
    apiVersions: RESOURCE_MANAGER_API_VERSIONS,
    run: (call) => {
      const name = call.parameters.get("group") ?? "";
      const group = call.azure.store.get(resourceGroupScope(call.azure.subscriptionId, name));
      if (group === undefined) {
        throw new ResourceGroupNotFound(name);
      }
      return listBelow(call, group.id);
    },
  },
];

function listBelow({ azure, request, apiVersion }: ArmRouteCall, scope: ResourceId): JsonObject {
  const wanted = readFilter(request.query.get("filter"), request.method, request.path);
  const resources = azure.store
    .below(scope)
    .filter((resource) => resource.type.tracked && resource.id.resourceGroup !== null && resource.type.type !== GROUPS)
    .filter(wanted);
  return { value: resources.map((resource) => summary(azure.show(resource, apiVersion), resource)) };
}

const GROUPS = "Microsoft.Resources/resourceGroups";

/** A generic resource: what ARM itself knows of it, without properties. */
function summary(shown: JsonObject, { id, type }: Resource): JsonObject {
  const { location, tags, sku, kind, plan, identity, zones, managedBy } = shown;
  return { id: id.text, name: id.name, type: type.type, location, tags, sku, kind, plan, identity, zones, managedBy };
}

/** Terms of `$filter` joined by `and`: resourceType, resourceGroup, name, location, tagName, tagValue with eq. */
function readFilter(filter: string | undefined, method: string, path: string): (resource: Resource) => boolean {
  const terms = (filter ?? "").split(/\s+and\s+/i).filter((term) => term !== "");
  const tests = terms.map((term) => {
    const [, name, value] = /^\s*(\w+)\s+eq\s+'([^']*)'\s*$/i.exec(term) ?? [];
    if (name === undefined || value === undefined) {
      throw new NotSimulated(method, `${path}?$filter=${filter ?? ""}`);
    }
    return { name: name.toLowerCase(), value: value.toLowerCase() };
  });
  const tagName = tests.find(({ name }) => name === "tagname")?.value;
  return (resource) =>
    tests.every(({ name, value }) => {
      switch (name) {
        case "resourcetype":
          return resource.type.type.toLowerCase() === value;
        case "resourcegroup":
          return resource.id.resourceGroup?.toLowerCase() === value;
        case "name":
          return resource.id.name.toLowerCase() === value;
        case "location":
          return textAt(resource.body, "location") === value;
        case "tagname":
          return tagOf(resource, value) !== undefined;
        case "tagvalue":
          return tagName === undefined || tagOf(resource, tagName)?.toLowerCase() === value;
        default:
          throw new NotSimulated(method, `${path}?$filter=${filter ?? ""}`);
      }
    });
}

function tagOf(resource: Resource, name: string): string | undefined {
  const tags = objectAt(resource.body, "tags");
  const key = Object.keys(tags).find((tag) => tag.toLowerCase() === name);
  const value = key === undefined ? undefined : valueAt(tags, key);
  return typeof value === "string" ? value : undefined;
}
