import { pathSegments } from "../arm-request";
import type { JsonObject } from "../json";
import type { ArmRoute, ArmRouteCall } from "../subscriptions/arm-route";
import { callerRolesAt } from "./rights";

/** Deepest nesting of a resource for which permissions are asked: a blob container. */
const SCOPES = [
  "",
  "/resourceGroups/{group}",
  ...["", "/{type2}/{name2}", "/{type2}/{name2}/{type3}/{name3}"].map(
    (nested) => `/resourceGroups/{group}/providers/{namespace}/{type1}/{name1}${nested}`,
  ),
];

/**
 * What the caller may do: an entry for each role (learn: authorization, permissions/list-for-resource-group and
 * list-for-resource; that a subscription is answered for too is seen in many scripts).
 */
export const PERMISSION_ROUTES: readonly ArmRoute[] = SCOPES.map((scope) => ({
  method: "GET",
  path: `/subscriptions/{subscriptionId}${scope}/providers/Microsoft.Authorization/permissions`,
  type: "Microsoft.Authorization/permissions",
  apiVersions: ["2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview"],
  run: list,
}));

function list({ azure, request }: ArmRouteCall): JsonObject {
  const scope = `/${(pathSegments(request.path) ?? []).slice(0, -3).join("/")}`;
  return {
    value: callerRolesAt(azure, scope).map(({ actions, notActions, dataActions }) => ({
      actions: [...actions],
      notActions: [...(notActions ?? [])],
      dataActions: [...(dataActions ?? [])],
      notDataActions: [],
    })),
  };
}
