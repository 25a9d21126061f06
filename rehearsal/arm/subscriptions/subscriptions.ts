import { LOCATIONS } from "../locations";
import type { Azure } from "../azure";
import type { JsonObject } from "../json";
import type { ArmRoute } from "./arm-route";

/** Versions that the clients send: az CLI 2022-12-01, @azure/arm-resources-subscriptions 2021-01-01, others. */
const API_VERSIONS = [
  "2016-06-01",
  "2018-06-01",
  "2019-06-01",
  "2019-11-01",
  "2020-01-01",
  "2021-01-01",
  "2022-09-01",
  "2022-12-01",
  "2024-11-01",
];

const SUBSCRIPTIONS = "Microsoft.Resources/subscriptions";

/** What a client asks before anything else: which subscriptions, tenants and regions there are (azure-arm.md 12.2). */
export const SUBSCRIPTION_ROUTES: readonly ArmRoute[] = [
  {
    method: "GET",
    path: "/subscriptions",
    type: SUBSCRIPTIONS,
    apiVersions: API_VERSIONS,
    run: ({ azure }) => ({ value: [subscription(azure)], count: { type: "Total", value: 1 } }),
  },
  {
    method: "GET",
    path: "/subscriptions/{subscriptionId}",
    type: SUBSCRIPTIONS,
    apiVersions: API_VERSIONS,
    run: ({ azure }) => subscription(azure),
  },
  {
    method: "GET",
    path: "/subscriptions/{subscriptionId}/locations",
    type: SUBSCRIPTIONS,
    apiVersions: API_VERSIONS,
    run: ({ azure }) => ({
      value: LOCATIONS.map(({ name, displayName }) => ({
        id: `/subscriptions/${azure.subscriptionId}/locations/${name}`,
        name,
        type: "Region",
        displayName,
        regionalDisplayName: displayName,
        metadata: { regionType: "Physical", regionCategory: "Recommended" },
      })),
    }),
  },
  {
    method: "GET",
    path: "/tenants",
    type: "Microsoft.Resources/tenants",
    apiVersions: API_VERSIONS,
    run: ({ azure: { tenantId } }) => ({
      value: [{ id: `/tenants/${tenantId}`, tenantId, displayName: "Simulated tenant", tenantCategory: "Home" }],
    }),
  },
];

function subscription({ subscriptionId, tenantId }: Azure): JsonObject {
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId,
    tenantId,
    displayName: "Simulated subscription",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}
