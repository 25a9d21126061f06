import { ClientSecretCredential, DefaultAzureCredential, type TokenCredential } from "@azure/identity";
import { findCloud } from "../../azure/cloud";

/** An Azure, and who signs in to it. */
export interface SignedIn {
  readonly credential: TokenCredential;
  /** Address of Azure Resource Manager. */
  readonly armEndpoint: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Signs in as the Pulumi provider would: ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID when they are set, else
 * whatever DefaultAzureCredential finds (az login, a managed identity, …). ARM_METADATA_HOSTNAME names another Azure.
 *
 * @throws AzureFailure when that Azure cannot be asked where it is
 */
export async function signIn(environment: Environment): Promise<SignedIn> {
  const {
    ARM_METADATA_HOSTNAME: metadataHost,
    ARM_CLIENT_ID: id,
    ARM_CLIENT_SECRET: secret,
    ARM_TENANT_ID: tenant,
  } = environment;
  const cloud = await findCloud({
    metadataHost,
    environment: environment.ARM_ENVIRONMENT ?? environment.AZURE_ENVIRONMENT,
  });
  const options = {
    authorityHost: cloud.authorityHost,
    // The public Azure vouches for its own authorities only.
    disableInstanceDiscovery: Boolean(metadataHost) || environment.ARM_DISABLE_INSTANCE_DISCOVERY === "true",
  };
  const credential =
    id && secret && tenant
      ? new ClientSecretCredential(tenant, id, secret, options)
      : new DefaultAzureCredential(options);
  return { credential, armEndpoint: cloud.armEndpoint };
}
