import { PERMISSION_ROUTES } from "../authorization/permissions";
import type { ProviderRoute, ResourceType } from "../resource-type";
import type { ArmRoute } from "./arm-route";
import { providerRegistrationRoutes } from "./providers";
import { RESOURCE_LIST_ROUTES } from "./resource-lists";
import { SUBSCRIPTION_ROUTES } from "./subscriptions";

/** Everything that is no resource: subscriptions, providers, lists of all resources, and calls of providers. */
export function armRoutes(types: readonly ResourceType[], providerRoutes: readonly ProviderRoute[]): ArmRoute[] {
  return [
    ...SUBSCRIPTION_ROUTES,
    ...RESOURCE_LIST_ROUTES,
    ...PERMISSION_ROUTES,
    ...providerRegistrationRoutes(types),
    ...providerRoutes.map(asArmRoute),
  ];
}

function asArmRoute({ method, path, apiVersions, run }: ProviderRoute): ArmRoute {
  return {
    method,
    path: `/subscriptions/{subscriptionId}/providers/${path}`,
    apiVersions,
    type: path
      .split("/")
      .filter((segment) => !segment.startsWith("{"))
      .join("/"),
    run: ({ azure, request: { query }, parameters, body, apiVersion }) =>
      run({ azure, query, parameters, body, apiVersion }),
  };
}
