import { readFile } from "node:fs/promises";
import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import { AzureFailure } from "./azure-failure";
import { findCloud, type CloudSettings } from "./cloud";
import type { LoginSettings } from "./login-settings";

/** An Azure, and who signs in to it. */
export interface SignedIn {
  readonly credential: TokenCredential;
  /** Address of Azure Resource Manager, without a slash at its end. */
  readonly armEndpoint: string;
}

/** What signs in when no setting says how. */
export const LoginFallback = {
  /** Whatever DefaultAzureCredential finds: az login, a managed identity, … */
  Any: "any",
  /** The Azure CLI alone, as the Pulumi provider does. */
  AzureCli: "azure-cli",
} as const;

export type LoginFallback = (typeof LoginFallback)[keyof typeof LoginFallback];

/** What a token of the public Azure is exchanged for (Microsoft Entra, workload identity federation). */
const exchangeAudience = "api://AzureADTokenExchange";

/**
 * Signs in by the first way that the settings name, in the order of the Pulumi provider for azure-native.
 *
 * @throws AzureFailure when that Azure cannot be asked where it is, or a setting is missing
 */
export async function signIn(settings: LoginSettings & CloudSettings, fallback: LoginFallback): Promise<SignedIn> {
  const { armEndpoint, authorityHost } = await findCloud(settings);
  // The public Azure vouches for its own authorities only.
  const disableInstanceDiscovery = Boolean(settings.metadataHost) || settings.disableInstanceDiscovery === "true";
  return { armEndpoint, credential: credentialOf(settings, fallback, { authorityHost, disableInstanceDiscovery }) };
}

interface Authority {
  readonly authorityHost: string;
  readonly disableInstanceDiscovery: boolean;
}

function credentialOf(settings: LoginSettings, fallback: LoginFallback, authority: Authority): TokenCredential {
  const { clientId, clientSecret, tenantId, clientCertificatePath } = settings;
  const tenant = tenantId ? { tenantId } : {};
  if (settings.useDefaultAzureCredential === "true") return new DefaultAzureCredential({ ...authority, ...tenant });
  if (clientCertificatePath && fallback === LoginFallback.AzureCli) {
    throw new AzureFailure(
      "The provider signs in with a client certificate (ARM_CLIENT_CERTIFICATE_PATH), which the kit cannot do by itself. " +
        "Sign in with a client secret, OpenID Connect, a managed identity or az login.",
    );
  }
  if (clientId && clientSecret && tenantId) {
    return new ClientSecretCredential(tenantId, clientId, clientSecret, authority);
  }
  if (settings.useOidc === "true") return oidcCredential(settings, authority);
  if (settings.useMsi === "true") {
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  }
  return fallback === LoginFallback.AzureCli
    ? new AzureCliCredential(tenant)
    : new DefaultAzureCredential({ ...authority, ...tenant });
}

function oidcCredential(settings: LoginSettings, authority: Authority): TokenCredential {
  const { clientId, tenantId, oidcToken, oidcTokenFilePath, oidcRequestUrl, oidcRequestToken } = settings;
  if (!clientId || !tenantId) {
    throw new AzureFailure("OpenID Connect needs ARM_CLIENT_ID and ARM_TENANT_ID besides ARM_USE_OIDC.");
  }
  const assertion = async (): Promise<string> => {
    if (oidcToken) return oidcToken;
    if (oidcTokenFilePath) return readFile(oidcTokenFilePath, "utf8");
    if (oidcRequestUrl && oidcRequestToken) return askForToken(settings, oidcRequestUrl, oidcRequestToken);
    throw new AzureFailure(
      "OpenID Connect needs ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or what a workflow's id-token permission sets.",
    );
  };
  return new ClientAssertionCredential(tenantId, clientId, assertion, authority);
}

/** Source: "OpenID Connect in Azure" (GitHub Docs): the token is asked for with an audience. */
async function askForToken({ oidcAudience }: LoginSettings, address: string, bearer: string): Promise<string> {
  const url = new URL(address);
  url.searchParams.set("audience", oidcAudience ?? exchangeAudience);
  const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}`, accept: "application/json" } });
  if (!response.ok) throw new AzureFailure(`The OpenID Connect token was refused: ${response.status}.`);
  return ((await response.json()) as { value: string }).value;
}
