import { InvalidResourceNamespace } from "../gateway-errors";
import type { JsonObject } from "../json";
import { LOCATIONS } from "../locations";
import { RESOURCE_MANAGER_API_VERSIONS } from "../resource-manager-versions";
import type { ResourceType } from "../resource-type";
import type { ArmRoute } from "./arm-route";

/** Resource providers and their registration; every provider of a simulated type is registered from the start. */
export function providerRegistrationRoutes(types: readonly ResourceType[]): readonly ArmRoute[] {
  const namespaces = new Map<string, ResourceType[]>();
  for (const type of types) {
    const namespace = type.type.split("/")[0]?.toLowerCase() ?? "";
    namespaces.set(namespace, [...(namespaces.get(namespace) ?? []), type]);
  }
  const show = (subscriptionId: string, namespace: string): JsonObject => {
    const own = namespaces.get(namespace.toLowerCase());
    if (own === undefined) {
      throw new InvalidResourceNamespace(namespace);
    }
    return provider(subscriptionId, own);
  };
  const route = (method: "GET" | "POST", path: string, run: ArmRoute["run"]): ArmRoute => ({
    method,
    path,
    type: "Microsoft.Resources/providers",
    apiVersions: RESOURCE_MANAGER_API_VERSIONS,
    run,
  });
  return [
    route("GET", "/subscriptions/{subscriptionId}/providers", ({ azure }) => ({
      value: [...namespaces.keys()].map((namespace) => show(azure.subscriptionId, namespace)),
    })),
    route("GET", "/subscriptions/{subscriptionId}/providers/{namespace}", ({ azure, parameters }) =>
      show(azure.subscriptionId, parameters.get("namespace") ?? ""),
    ),
    route("POST", "/subscriptions/{subscriptionId}/providers/{namespace}/register", ({ azure, parameters }) =>
      show(azure.subscriptionId, parameters.get("namespace") ?? ""),
    ),
  ];
}

function provider(subscriptionId: string, types: readonly ResourceType[]): JsonObject {
  const namespace = types[0]?.type.split("/")[0] ?? "";
  return {
    id: `/subscriptions/${subscriptionId}/providers/${namespace}`,
    namespace,
    registrationPolicy: "RegistrationRequired",
    registrationState: "Registered",
    resourceTypes: types.map(({ type, apiVersions, tracked }) => ({
      resourceType: type.split("/").slice(1).join("/"),
      locations: tracked ? LOCATIONS.map(({ displayName }) => displayName) : [],
      apiVersions: apiVersions.toSorted().toReversed(),
      capabilities: tracked ? "SupportsTags, SupportsLocation" : "None",
    })),
  };
}
