import type { TokenCredential } from "@azure/core-auth";

import { ConfigurationError } from "./configuration-error";

/** The Azure to talk to, and as whom. */
export interface AzureConnection {
  /** Azure Resource Manager, without a slash at the end. */
  readonly endpoint: string;
  /** What tokens for Resource Manager are asked for. */
  readonly scope: string;
  /** What tokens for Microsoft Graph are asked for: their claims tell who the caller is. */
  readonly graphScope: string;
  readonly subscriptionId: string;
  readonly credential: TokenCredential;
}

/** The provider's config by its own names, without `azure-native:`. */
export type ProviderConfig = Readonly<Record<string, string>>;

interface CloudMetadata {
  readonly resourceManager: string;
  readonly microsoftGraphResourceId?: string;
  readonly authentication: { readonly loginEndpoint: string; readonly audiences: readonly string[] };
}

/**
 * Finds the Azure that config and environment name, in the order of the real plugin: config first, then ARM_*.
 *
 * Unlike the real plugin this one insists on a metadata host: a stand-in must not reach the public Azure by accident.
 *
 * @throws ConfigurationError
 */
export async function connectToAzure(config: ProviderConfig): Promise<AzureConnection> {
  const metadataHost = setting(config, "metadataHost", "ARM_METADATA_HOSTNAME");
  const subscriptionId = setting(config, "subscriptionId", "ARM_SUBSCRIPTION_ID");
  const cloud = await readMetadata(metadataHost);
  const audience = cloud.authentication.audiences[0] ?? cloud.resourceManager;
  return {
    endpoint: cloud.resourceManager.replace(/\/$/, ""),
    scope: `${audience}/.default`,
    graphScope: `${cloud.microsoftGraphResourceId ?? audience}/.default`,
    subscriptionId,
    credential: credentialOf(config, cloud.authentication.loginEndpoint),
  };
}

function setting(config: ProviderConfig, name: string, variable: string): string {
  const value = optionalSetting(config, name, variable);
  if (value !== undefined) return value;
  throw new ConfigurationError(
    `the azure-native stand-in needs ${name}: set the environment variable ${variable}, or run pulumi config set azure-native:${name} <value>; ` +
      "the simulated Azure prints its values when it starts",
  );
}

function optionalSetting(config: ProviderConfig, name: string, variable: string): string | undefined {
  const value = config[name] ?? process.env[variable];
  return value === "" ? undefined : value;
}

/** The document that describes a cloud, in the form of 2022-09-01. */
async function readMetadata(host: string): Promise<CloudMetadata> {
  const origin = host.includes("://") ? host : `https://${host}`;
  const url = `${origin}/metadata/endpoints?api-version=2022-09-01`;
  const response = await fetch(url).catch((error: unknown) => {
    throw new ConfigurationError(
      `metadataHost "${host}" does not answer at ${url}: ${reasonOf(error)}; is the simulated Azure running, and does NODE_EXTRA_CA_CERTS name its certificate authority?`,
      { cause: error },
    );
  });
  const text = await response.text();
  const metadata = response.ok ? parseMetadata(text) : undefined;
  if (metadata === undefined) {
    throw new ConfigurationError(
      `metadataHost "${host}" gave no description of a cloud at ${url}: status ${String(response.status)}, ${text.slice(0, 200)}`,
    );
  }
  return metadata;
}

function parseMetadata(text: string): CloudMetadata | undefined {
  try {
    const metadata = JSON.parse(text) as Partial<CloudMetadata> | null;
    const complete = metadata?.resourceManager !== undefined && metadata.authentication?.loginEndpoint !== undefined;
    return complete && Array.isArray(metadata.authentication.audiences) ? (metadata as CloudMetadata) : undefined;
  } catch {
    return undefined;
  }
}

/** What `fetch` says is "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function credentialOf(config: ProviderConfig, authorityHost: string): TokenCredential {
  if (optionalSetting(config, "useDefaultAzureCredential", "ARM_USE_DEFAULT_AZURE_CREDENTIAL") === "true") {
    return whenNeeded(async () => {
      const { DefaultAzureCredential } = await import("@azure/identity");
      return new DefaultAzureCredential({ authorityHost });
    });
  }
  const tenantId = setting(config, "tenantId", "ARM_TENANT_ID");
  const clientId = setting(config, "clientId", "ARM_CLIENT_ID");
  const clientSecret = setting(config, "clientSecret", "ARM_CLIENT_SECRET");
  return whenNeeded(async () => {
    const { ClientSecretCredential } = await import("@azure/identity");
    // Instance discovery asks Microsoft's public endpoint whether the authority is a known one; a private one never is.
    return new ClientSecretCredential(tenantId, clientId, clientSecret, {
      authorityHost,
      disableInstanceDiscovery: true,
    });
  });
}

/** @azure/identity takes 0.2 s to load: only a call to Azure needs it, and the plugin also starts for previews without any. */
function whenNeeded(load: () => Promise<TokenCredential>): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      credential ??= load();
      return (await credential).getToken(scopes, options);
    },
  };
}
