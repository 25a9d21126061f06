import type { JsonObject, JsonValue } from "../json";

/** Where a client of this Azure finds what. */
export interface CloudEndpoints {
  /** `https://localhost:port`, of ARM and of the token service. */
  readonly armEndpoint: string;
  readonly tenantId: string;
  /** Host suffix of storage accounts. */
  readonly storageSuffix: string;
}

/** Name of the cloud in the metadata document; az's active cloud must have it (azure-arm.md 10.2). */
const CLOUD_NAME = "AzureRepairKitSimulation";

/**
 * The metadata document: one object since 2022-09-01 (azure-native, `az cloud register`), a list of clouds in the
 * 2019-05-01 form that ARM_CLOUD_METADATA_URL wants (azure-arm.md 10.1, 12.2).
 */
export function metadataDocument(endpoints: CloudEndpoints, apiVersion: string): JsonValue {
  const document: JsonObject = {
    name: CLOUD_NAME,
    portal: endpoints.armEndpoint,
    authentication: {
      loginEndpoint: endpoints.armEndpoint,
      audiences: [endpoints.armEndpoint, "https://management.core.windows.net/", "https://management.azure.com/"],
      tenant: "common",
      identityProvider: "AAD",
    },
    resourceManager: endpoints.armEndpoint,
    // Without it `az role assignment list` stops (azure-arm.md 12.2).
    microsoftGraphResourceId: `${endpoints.armEndpoint}/graph`,
    graph: `${endpoints.armEndpoint}/graph`,
    graphAudience: `${endpoints.armEndpoint}/graph`,
    activeDirectoryDataLake: endpoints.armEndpoint,
    batch: endpoints.armEndpoint,
    media: endpoints.armEndpoint,
    sqlManagement: endpoints.armEndpoint,
    gallery: endpoints.armEndpoint,
    suffixes: {
      storage: endpoints.storageSuffix,
      keyVaultDns: "vault.azure.net",
      acrLoginServer: "azurecr.io",
      sqlServerHostname: "database.windows.net",
    },
  };
  return apiVersion < "2022-09-01" ? [document] : document;
}

/** The OpenID configuration; the issuer has the authority's own scheme, host and port, as MSAL demands (azure-arm.md 10.2). */
export function openIdConfiguration({ armEndpoint }: CloudEndpoints, tenant: string, version: "v1" | "v2"): JsonObject {
  const authority = `${armEndpoint}/${tenant}`;
  const oauth = version === "v2" ? `${authority}/oauth2/v2.0` : `${authority}/oauth2`;
  return {
    issuer: version === "v2" ? `${authority}/v2.0` : `${authority}/`,
    token_endpoint: `${oauth}/token`,
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    response_types_supported: ["code", "id_token", "token"],
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["ES256"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "oid", "tid", "appid"],
    tenant_region_scope: null,
    cloud_instance_name: new URL(armEndpoint).host,
  };
}
