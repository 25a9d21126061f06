import type { CloudSettings } from "./cloud";

/** How to sign in, by the names that the config of the Pulumi provider azure-native has for it. All are texts. */
export interface LoginSettings {
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientCertificatePath?: string;
  readonly disableInstanceDiscovery?: string;
  readonly useDefaultAzureCredential?: string;
  readonly useMsi?: string;
  readonly useOidc?: string;
  readonly oidcAudience?: string;
  readonly oidcToken?: string;
  readonly oidcTokenFilePath?: string;
  readonly oidcRequestToken?: string;
  readonly oidcRequestUrl?: string;
}

/** Environment variables that stand in for settings. Source: pulumi-azure-native, auth_azidentity.go, readAuthConfig. */
const variables: Readonly<Record<keyof (LoginSettings & CloudSettings), readonly string[]>> = {
  metadataHost: ["ARM_METADATA_HOSTNAME"],
  environment: ["ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"],
  tenantId: ["ARM_TENANT_ID"],
  clientId: ["ARM_CLIENT_ID"],
  clientSecret: ["ARM_CLIENT_SECRET"],
  clientCertificatePath: ["ARM_CLIENT_CERTIFICATE_PATH"],
  disableInstanceDiscovery: ["ARM_DISABLE_INSTANCE_DISCOVERY"],
  useDefaultAzureCredential: ["ARM_USE_DEFAULT_AZURE_CREDENTIAL"],
  useMsi: ["ARM_USE_MSI"],
  useOidc: ["ARM_USE_OIDC"],
  oidcAudience: ["ARM_OIDC_AUDIENCE"],
  oidcToken: ["ARM_OIDC_TOKEN"],
  oidcTokenFilePath: ["ARM_OIDC_TOKEN_FILE_PATH"],
  oidcRequestToken: ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
  oidcRequestUrl: ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"],
};

/**
 * The settings of whoever runs this.
 *
 * @param config value of a setting that goes before the environment
 */
export function loginSettings(
  environment: Readonly<Record<string, string | undefined>>,
  config: (setting: string) => string | undefined = () => undefined,
): LoginSettings & CloudSettings {
  const entries = Object.entries(variables).map(([setting, names]): [string, string | undefined] => {
    const fromEnvironment = names.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
    return [setting, config(setting) ?? fromEnvironment];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}
