import { ClientSecretCredential, DefaultAzureCredential, type TokenCredential } from "@azure/identity";
import { CommandError } from "../errors";

/** An Azure, and who signs in to it. */
export interface SignedIn {
  readonly credential: TokenCredential;
  /** Address of Azure Resource Manager. */
  readonly armEndpoint: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Cloud {
  readonly armEndpoint: string;
  readonly authorityHost: string;
}

/** Sovereign clouds by their name in ARM_ENVIRONMENT. */
const clouds: Readonly<Record<string, Cloud>> = {
  public: { armEndpoint: "https://management.azure.com", authorityHost: "https://login.microsoftonline.com" },
  usgovernment: {
    armEndpoint: "https://management.usgovcloudapi.net",
    authorityHost: "https://login.microsoftonline.us",
  },
  china: { armEndpoint: "https://management.chinacloudapi.cn", authorityHost: "https://login.chinacloudapi.cn" },
};

/**
 * Signs in as the Pulumi provider would: ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID when they are set, else
 * whatever DefaultAzureCredential finds (az login, a managed identity, …). ARM_METADATA_HOSTNAME names another Azure.
 *
 * @throws CommandError when that Azure cannot be asked where it is
 */
export async function signIn(environment: Environment): Promise<SignedIn> {
  const {
    ARM_METADATA_HOSTNAME: host,
    ARM_CLIENT_ID: id,
    ARM_CLIENT_SECRET: secret,
    ARM_TENANT_ID: tenant,
  } = environment;
  const cloud = host ? await cloudOf(host) : cloudNamed(environment.ARM_ENVIRONMENT ?? environment.AZURE_ENVIRONMENT);
  const options = {
    authorityHost: cloud.authorityHost,
    // The public Azure vouches for its own authorities only.
    disableInstanceDiscovery: Boolean(host) || environment.ARM_DISABLE_INSTANCE_DISCOVERY === "true",
  };
  const credential =
    id && secret && tenant
      ? new ClientSecretCredential(tenant, id, secret, options)
      : new DefaultAzureCredential(options);
  return { credential, armEndpoint: cloud.armEndpoint };
}

function cloudNamed(name = "public"): Cloud {
  const cloud = clouds[name.toLowerCase()];
  if (cloud) return cloud;
  throw new CommandError(`ARM_ENVIRONMENT is ${name}, and may be ${Object.keys(clouds).join(", ")}.`);
}

async function cloudOf(host: string): Promise<Cloud> {
  const url = `${host.includes("://") ? host : `https://${host}`}/metadata/endpoints?api-version=2022-09-01`;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const metadata = (await response.json()) as { resourceManager: string; authentication: { loginEndpoint: string } };
    return { armEndpoint: metadata.resourceManager, authorityHost: metadata.authentication.loginEndpoint };
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    const reason = inner instanceof Error ? inner.message : message;
    throw new CommandError(
      `The Azure that ARM_METADATA_HOSTNAME names (${host}) does not tell where it is: ${reason}. ` +
        "Is it running, and does NODE_EXTRA_CA_CERTS name the file of its certificate authority?",
      { cause },
    );
  }
}
