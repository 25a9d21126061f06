import type { TokenCredential } from "@azure/core-auth";
import { createDefaultHttpClient, createPipelineRequest } from "@azure/core-rest-pipeline";
import type * as Identity from "@azure/identity";

import { ConfigurationError } from "./configuration-error";
import { loadWhenNeeded } from "./load-when-needed";

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

/** Environment variables by the config that they stand in for. */
const VARIABLES = {
  metadataHost: "ARM_METADATA_HOSTNAME",
  subscriptionId: "ARM_SUBSCRIPTION_ID",
  tenantId: "ARM_TENANT_ID",
  clientId: "ARM_CLIENT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  useDefaultAzureCredential: "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
} as const;

type Settings = Partial<Record<keyof typeof VARIABLES, string>>;

/**
 * Finds the Azure that config and environment name, in the order of the real plugin: config first, then ARM_*.
 *
 * Unlike the real plugin this one insists on a metadata host: a stand-in must not reach the public Azure by accident.
 *
 * @throws ConfigurationError
 */
export async function connectToAzure(config: ProviderConfig): Promise<AzureConnection> {
  const settings: Settings = Object.fromEntries(
    Object.entries(VARIABLES).map(([name, variable]) => [name, config[name] ?? process.env[variable]]),
  );
  const byDefault = settings.useDefaultAzureCredential === "true";
  const { metadataHost, subscriptionId, ...rest } = demand(settings, [
    "metadataHost",
    "subscriptionId",
    ...(byDefault ? [] : (["tenantId", "clientId", "clientSecret"] as const)),
  ]);
  const cloud = await readMetadata(metadataHost);
  const audience = cloud.authentication.audiences[0] ?? cloud.resourceManager;
  const authorityHost = cloud.authentication.loginEndpoint;
  return {
    endpoint: cloud.resourceManager.replace(/\/$/, ""),
    scope: `${audience}/.default`,
    graphScope: `${cloud.microsoftGraphResourceId ?? audience}/.default`,
    subscriptionId,
    credential: byDefault ? defaultCredential(authorityHost) : secretCredential(authorityHost, rest),
  };
}

/** The settings, of which those named are there. */
function demand(settings: Settings, names: readonly (keyof Settings)[]): Required<Settings> {
  const missing = names.filter((name) => settings[name] === undefined || settings[name] === "");
  if (missing.length === 0) return settings as Required<Settings>;
  throw new ConfigurationError(
    [
      `the azure-native stand-in is not configured: ${missing.join(", ")} missing.`,
      ...missing.map((name) => `Set ${VARIABLES[name]}, or run pulumi config set azure-native:${name} <value>.`),
      "The simulated Azure prints the values when it starts.",
    ].join(" "),
  );
}

/** The document that describes a cloud, in the form of 2022-09-01. */
async function readMetadata(host: string): Promise<CloudMetadata> {
  const origin = host.includes("://") ? host : `https://${host}`;
  const url = `${origin}/metadata/endpoints?api-version=2022-09-01`;
  // Not fetch: this client is loaded anyway, and what is behind fetch takes as long to load as two SDK clients.
  const request = createPipelineRequest({ url, allowInsecureConnection: true });
  const { status, bodyAsText } = await createDefaultHttpClient()
    .sendRequest(request)
    .catch((error: unknown) => {
      throw new ConfigurationError(
        `metadataHost "${host}" does not answer at ${url}: ${reasonOf(error)}; is the simulated Azure running, and does NODE_EXTRA_CA_CERTS name its certificate authority?`,
        { cause: error },
      );
    });
  const text = bodyAsText ?? "";
  const metadata = status === 200 ? parseMetadata(text) : undefined;
  if (metadata === undefined) {
    throw new ConfigurationError(
      `metadataHost "${host}" gave no description of a cloud at ${url}: status ${String(status)}, ${text.slice(0, 200)}`,
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

/** What a client says may be that it failed; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function defaultCredential(authorityHost: string): TokenCredential {
  return signingIn(authorityHost, ({ DefaultAzureCredential }) => new DefaultAzureCredential({ authorityHost }));
}

function secretCredential(
  authorityHost: string,
  { tenantId, clientId, clientSecret }: Record<"tenantId" | "clientId" | "clientSecret", string>,
): TokenCredential {
  // Instance discovery asks Microsoft's public endpoint whether the authority is a known one; a private one never is.
  const options = { authorityHost, disableInstanceDiscovery: true };
  return signingIn(
    authorityHost,
    ({ ClientSecretCredential }) => new ClientSecretCredential(tenantId, clientId, clientSecret, options),
  );
}

/** Loads @azure/identity for the first token, and says where signing in failed, which it does not always say itself. */
function signingIn(authorityHost: string, make: (identity: typeof Identity) => TokenCredential): TokenCredential {
  let credential: TokenCredential | undefined;
  return {
    async getToken(scopes, options) {
      credential ??= make(loadWhenNeeded("@azure/identity") as typeof Identity);
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        throw new Error(`signing in at ${authorityHost} failed: ${reasonOf(error)}`, { cause: error });
      }
    },
  };
}
